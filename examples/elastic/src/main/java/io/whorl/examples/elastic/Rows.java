package io.whorl.examples.elastic;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of every row. A row has one writer, which writes version after version; a version whose write failed with an unknown
 * outcome may be there or not. Each row is used by one thread at a time.
 */
final class Rows {
    private final long[] acknowledged;
    private final long[] attempted;
    private final Map<Integer, Set<Long>> unknown = new ConcurrentHashMap<>();
    private final String padding;

    Rows(Scale scale) {
        this.acknowledged = new long[scale.rows()];
        this.attempted = new long[scale.rows()];
        this.padding = ".".repeat(scale.valueBytes());
    }

    int count() {
        return acknowledged.length;
    }

    static String key(int row) {
        return "row-" + row;
    }

    /** The value for the next version. */
    String next(int row) {
        return ++attempted[row] + ":" + padding;
    }

    void written(int row) {
        acknowledged[row] = attempted[row];
    }

    void mayBeWritten(int row) {
        unknown.computeIfAbsent(row, key -> new TreeSet<>()).add(attempted[row]);
    }

    /** Whether this can be read of a row now: the version acknowledged last, or a later one of which nobody knows. */
    boolean isRight(int row, Optional<String> read) {
        long version = read.map(value -> value.substring(0, value.indexOf(':')))
                .map(Long::parseLong)
                .orElse(0L);
        return version == acknowledged[row]
                || version > acknowledged[row]
                        && unknown.getOrDefault(row, Set.of()).contains(version);
    }
}
