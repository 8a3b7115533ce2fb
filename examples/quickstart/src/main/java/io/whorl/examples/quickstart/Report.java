package io.whorl.examples.quickstart;

import io.whorl.api.Holder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What came of it. */
record Report(int rows, Pass written, Pass read) {

    /** Whether every row was written, and came back as it was written. */
    boolean isPerfect() {
        return failures() == 0;
    }

    private int failures() {
        return (rows - written.succeeded()) + (rows - read.succeeded());
    }

    /** Prints the table, who holds a key, and the last line. */
    void print(PrintStream out, String key, List<Holder> holders) {
        out.printf(
                Locale.ROOT,
                "%n%-8s %9s %9s %9s %9s %9s %9s%n",
                "",
                "rows",
                "seconds",
                "rows/s",
                "p50 ms",
                "p99 ms",
                "repeated");
        printPass(out, "written", written);
        printPass(out, "read", read);
        out.printf(Locale.ROOT, "%d requests under way at a time, which their latencies include%n", Pass.UNDER_WAY);
        out.printf(Locale.ROOT, "%n%s is held by%n", key);
        for (Holder holder : holders) {
            out.printf(
                    Locale.ROOT,
                    "  node %s at %-15s %s%n",
                    holder.nodeId(),
                    holder.address(),
                    holder.reachable() ? "" : "which is gone");
        }
        printFailure(out, written);
        printFailure(out, read);
        out.printf(
                Locale.ROOT,
                "%nquickstart: %d rows written, %d verified, %d failures%n",
                written.succeeded(),
                read.succeeded(),
                failures());
    }

    private static void printPass(PrintStream out, String what, Pass pass) {
        out.printf(
                Locale.ROOT,
                "%-8s %,9d %9.1f %,9.0f %9.2f %9.2f %9d%n",
                what,
                pass.succeeded(),
                pass.seconds(),
                pass.succeeded() / Math.max(pass.seconds(), 1e-3),
                pass.latencies().percentile(50),
                pass.latencies().percentile(99),
                pass.repeated());
    }

    private static void printFailure(PrintStream out, Pass pass) {
        if (pass.firstFailure() != null) {
            out.println("The first failure: " + pass.firstFailure());
        }
    }
}
