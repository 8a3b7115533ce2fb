package io.whorl.examples.elastic;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What happened while the cluster was changed in one way.
 *
 * @param name what was done
 * @param seconds how long it took until the cluster was at rest again
 * @param counts the load's requests meanwhile
 * @param moved how many copies of rows have come to another node
 * @param least how many had to, at the least
 */
record Phase(String name, double seconds, Tally.Counts counts, long moved, long least) {

    double requestsPerSecond() {
        return counts.requests() / Math.max(seconds, 1e-3);
    }

    static void print(PrintStream out, List<Phase> phases) {
        double undisturbed = phases.get(0).requestsPerSecond();
        out.printf(
                Locale.ROOT,
                "%n%-24s %8s %9s %12s %8s %7s %9s %9s%n",
                "",
                "seconds",
                "ops/s",
                "of undist.",
                "p99 ms",
                "errors",
                "moved",
                "least");
        for (Phase phase : phases) {
            out.printf(
                    Locale.ROOT,
                    "%-24s %8.1f %,9.0f %11.0f%% %8.2f %7d %,9d %,9d%n",
                    phase.name,
                    phase.seconds,
                    phase.requestsPerSecond(),
                    100 * phase.requestsPerSecond() / Math.max(1, undisturbed),
                    phase.counts.p99(),
                    phase.counts.failed() + phase.counts.wrong(),
                    phase.moved,
                    phase.least);
        }
    }
}
