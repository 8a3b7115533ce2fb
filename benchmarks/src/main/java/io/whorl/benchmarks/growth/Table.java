package io.whorl.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures as Markdown. */
final class Table {
    private static final String BEGIN = "<!-- growth -->";
    private static final String END = "<!-- /growth -->";
    private static final String HEAD =
            "| %s | puts/s | CPU us/put | gets/s | CPU us/get | failed | heap MiB | RSS MiB | disk MiB |"
                    + " first put ms | restart ms | idle %% of a core |";

    private final List<String> lines = new ArrayList<>();

    /** Begins with the rows of a dimension. */
    void dimension(Row.Dimension dimension) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        String head = String.format(Locale.ROOT, HEAD, dimension.name().toLowerCase(Locale.ROOT));
        lines.add(head);
        lines.add(head.replaceAll("[^|]+", "---"));
    }

    void row(Row row, Figures f) {
        lines.add(String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %.1f | %,.0f | %.1f | %.0f | %.0f | %.0f | %,.0f | %,.0f | %,.0f | %.2f |",
                row.step(),
                f.putsPerSecond(),
                f.putMicros(),
                f.getsPerSecond(),
                f.getMicros(),
                f.failed(),
                f.heapMiB(),
                f.residentMiB(),
                f.diskMiB(),
                f.startMillis(),
                f.restartMillis(),
                f.idlePercent()));
    }

    /**
     * A document with this table where its markers are, in place of what was between them.
     *
     * @throws IllegalArgumentException if the document lacks one
     */
    String in(String document) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "no lines " + BEGIN + " and " + END + ": put them where the table belongs");
        }
        return document.substring(0, begin + BEGIN.length()) + "\n" + this + "\n" + document.substring(end);
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
