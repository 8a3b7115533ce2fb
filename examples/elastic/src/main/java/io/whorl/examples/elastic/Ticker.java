package io.whorl.examples.elastic;

import io.whorl.api.NodeStatus;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Prints a line per second: what the load does, and what moves. */
final class Ticker implements AutoCloseable {
    private final PrintStream out;
    private final Fleet fleet;
    private final Tally tally;
    private final long began = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ticker");
        thread.setDaemon(true);
        return thread;
    });
    private Tally.Counts last;
    private long lastBytes;
    private volatile String phase = "";

    Ticker(PrintStream out, Fleet fleet, Tally tally) {
        this.out = out;
        this.fleet = fleet;
        this.tally = tally;
        this.last = tally.counts();
        out.printf(
                Locale.ROOT,
                "%6s  %-24s %5s %9s %8s %7s %7s %7s %9s%n",
                "s",
                "",
                "nodes",
                "ops/s",
                "p99 ms",
                "errors",
                "moving",
                "to move",
                "MB/s");
        clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    void phase(String name) {
        phase = name;
    }

    private void tick() {
        Tally.Counts now = tally.counts();
        Tally.Counts second = now.since(last);
        last = now;
        long bytes = fleet.bytes();
        NodeStatus status = fleet.first().status();
        out.printf(
                Locale.ROOT,
                "%6.0f  %-24s %5d %,9d %8.2f %7d %7d %7d %9.1f%n",
                (System.nanoTime() - began) / 1e9,
                phase,
                status.members().size(),
                second.requests(),
                second.p99(),
                second.failed() + second.wrong(),
                status.moves().size(),
                status.slotsLeft(),
                Math.max(0, bytes - lastBytes) / 1e6);
        lastBytes = bytes;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
