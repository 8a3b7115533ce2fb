package io.whorl.benchmarks.growth;

import io.whorl.api.Bucket;
import io.whorl.benchmarks.embedded.Members;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures one row, and prints its figures as a line that begins with {@link #RESULT}. Arguments: an empty directory, seconds of puts and of
 * gets, and the words of the row.
 */
public final class RowBenchmark {
    static final String RESULT = "figures ";
    private static final long QUIET_NANOS = 3_000_000_000L;
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final double WARM_UP = 0.4;

    private final Row row;
    private final Path directory;
    private final double seconds;
    private final List<String> addresses;

    private RowBenchmark(Path directory, double seconds, Row row) {
        this.directory = directory;
        this.seconds = seconds;
        this.row = row;
        this.addresses = Members.freeAddresses(row.nodes());
    }

    public static void main(String[] arguments) throws IOException {
        List<String> words = List.of(arguments);
        Figures figures = new RowBenchmark(
                        Path.of(words.get(0)),
                        Double.parseDouble(words.get(1)),
                        Row.parse(words.subList(2, words.size())))
                .measure();
        System.out.println(RESULT + String.join(" ", figures.words()));
    }

    private Members start() {
        return Members.start(addresses, directory, how -> how.partitions(row.partitions()));
    }

    private Callers callers(Members members) {
        List<List<Bucket<byte[], byte[]>>> buckets = new ArrayList<>();
        for (int i = 0; i < row.buckets(); i++) {
            buckets.add(members.bucket("growth-" + i));
        }
        return new Callers(row, buckets);
    }

    private Figures measure() throws IOException {
        long begun = System.nanoTime();
        Members members = start();
        Callers.Round puts;
        Callers.Round gets;
        double start;
        double idle;
        double heap;
        double resident;
        try {
            Callers callers = callers(members);
            callers.first();
            start = millisSince(begun);
            callers.load();
            callers.puts(WARM_UP * seconds);
            puts = callers.puts(seconds);
            callers.gets(WARM_UP * seconds);
            gets = callers.gets(seconds);
            heap = Footprint.heapMiB();
            resident = Footprint.residentMiB();
            idle = idlePercent();
        } finally {
            members.close();
        }
        double disk = Footprint.diskMiB(directory);
        long again = System.nanoTime();
        Members back = start();
        try {
            callers(back).first();
            return new Figures(
                    puts.perSecond(),
                    puts.cpuMicros(),
                    gets.perSecond(),
                    gets.cpuMicros(),
                    puts.failed() + gets.failed(),
                    heap,
                    resident,
                    disk,
                    start,
                    millisSince(again),
                    idle);
        } finally {
            back.close();
        }
    }

    /** After what the load has left to do in the background. */
    private static double idlePercent() {
        LockSupport.parkNanos(QUIET_NANOS);
        long begun = System.nanoTime();
        long cpu = Footprint.cpuNanos();
        while (System.nanoTime() - begun < IDLE_NANOS) {
            LockSupport.parkNanos(IDLE_NANOS - (System.nanoTime() - begun));
        }
        return 100.0 * (Footprint.cpuNanos() - cpu) / (System.nanoTime() - begun);
    }

    private static double millisSince(long begun) {
        return (System.nanoTime() - begun) / 1e6;
    }
}
