package io.whorl.benchmarks.sidebyside.work;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of work, named as in {@code put100x16} or {@code get1024async64}.
 *
 * @param mix what is done to the keys
 * @param valueBytes how long every value is
 * @param async whether one thread keeps {@code parallel} requests under way, instead of as many callers that wait for each
 * @param parallel the callers, or the requests under way
 */
public record Cell(Mix mix, int valueBytes, boolean async, int parallel) {
    private static final Pattern NAME = Pattern.compile("(put|get|a|b)(\\d{1,7})(x|async)(\\d{1,5})");

    /** What is done to the keys. */
    public enum Mix {
        /** Overwrites keys drawn evenly, each caller its own share of them. */
        PUT(0),
        /** Reads keys drawn evenly. */
        GET(100),
        /** As many reads as overwrites, zipfian: YCSB's workload A. */
        A(50),
        /** 95 reads of 100, zipfian: YCSB's workload B. */
        B(95);

        private final int readPercent;

        Mix(int readPercent) {
            this.readPercent = readPercent;
        }

        /** How many of 100 requests are reads. */
        public int readPercent() {
            return readPercent;
        }

        /** Whether some keys are drawn more often than others. */
        public boolean zipfian() {
            return this == A || this == B;
        }
    }

    public Cell {
        if (valueBytes < 1 || parallel < 1) {
            throw new IllegalArgumentException(
                    "a cell needs at least 1 byte and 1 caller, not " + valueBytes + " and " + parallel);
        }
    }

    /**
     * The cell of that name.
     *
     * @throws IllegalArgumentException if it is not such a name
     */
    public static Cell parse(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"" + name
                            + "\" is no cell: expected put, get, a or b, the bytes of a value, x or async, and how many, as in put100x16");
        }
        return new Cell(
                Mix.valueOf(parts.group(1).toUpperCase(Locale.ROOT)),
                Integer.parseInt(parts.group(2)),
                parts.group(3).equals("async"),
                Integer.parseInt(parts.group(4)));
    }

    /** The name that {@link #parse} reads. */
    public String name() {
        return mix.name().toLowerCase(Locale.ROOT) + valueBytes + (async ? "async" : "x") + parallel;
    }

    @Override
    public String toString() {
        return name();
    }
}
