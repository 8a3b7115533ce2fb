package io.whorl.benchmarks.sidebyside.work;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** Does the work of cells with one engine, and measures it. All cells have values of one length. */
public final class Bench {
    private static final int LOADERS = 8;
    private static final int HOTTEST = 1_000;
    private static final long ZIPFIAN_SEED = 11;

    private final Engine engine;
    private final Payload payload;
    private final Zipfian zipfian;

    /** For an engine, not loaded yet. */
    public Bench(Engine engine, Payload payload) {
        this.engine = engine;
        this.payload = payload;
        this.zipfian = new Zipfian(payload.count(), Zipfian.THETA, ZIPFIAN_SEED);
    }

    /** Writes one key. */
    public void first() throws Exception {
        engine.put(0, payload.key(0), payload.value(0));
    }

    /** Writes every key once. */
    public void load() throws Exception {
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int loader = 0; loader < LOADERS; loader++) {
            int mine = loader;
            threads.add(started(() -> loadShare(mine), failure));
        }
        join(threads, failure);
    }

    private void loadShare(int loader) throws Exception {
        for (int i = loader; i < payload.count(); i += LOADERS) {
            engine.put(loader, payload.key(i), payload.value(i));
        }
    }

    /** Runs a cell: for the ramp without counting, then measured. */
    public Figures run(Cell cell, double rampSeconds, double seconds) throws Exception {
        Phase phase = new Phase();
        List<Work> works = works(cell);
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (Work work : works) {
            threads.add(started(() -> work.work(phase), failure));
        }
        pause(rampSeconds);
        Usage before = Usage.now();
        phase.become(Phase.MEASURED);
        pause(seconds);
        Usage after = Usage.now();
        phase.become(Phase.OVER);
        join(threads, failure);
        Histogram took = new Histogram(3);
        works.forEach(work -> took.add(work.took()));
        return figures(took, before, after);
    }

    /** What concurrent writes have left beside each other, in one line; empty if nothing. */
    public String siblings() {
        int several = 0;
        int most = 1;
        for (int i = 0; i < Math.min(HOTTEST, payload.count()); i++) {
            int siblings = engine.siblings(payload.key(i));
            several += siblings > 1 ? 1 : 0;
            most = Math.max(most, siblings);
        }
        return most == 1 ? "" : several + " of the " + HOTTEST + " hottest keys have siblings, at most " + most;
    }

    private List<Work> works(Cell cell) {
        if (cell.async()) {
            return List.of(new AsyncCaller(engine, new Draws(cell, payload, zipfian, 0, 1), cell.parallel()));
        }
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < cell.parallel(); i++) {
            works.add(new WaitingCaller(engine, new Draws(cell, payload, zipfian, i, cell.parallel()), i));
        }
        return works;
    }

    private static Figures figures(Histogram took, Usage before, Usage after) {
        long count = took.getTotalCount();
        if (count == 0) {
            throw new IllegalStateException("not one request was measured; give the cell more seconds");
        }
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        values.put(Figure.THROUGHPUT, count / after.secondsSince(before));
        values.put(Figure.P50, took.getValueAtPercentile(50) / 1e3);
        values.put(Figure.P99, took.getValueAtPercentile(99) / 1e3);
        values.put(Figure.P999, took.getValueAtPercentile(99.9) / 1e3);
        values.put(Figure.CPU, after.cpuMicrosSince(before) / count);
        values.put(Figure.ALLOCATED, after.allocatedSince(before) / count);
        return new Figures(values);
    }

    /** The memory of this process that is resident, in bytes; 0 where the system does not tell. */
    public static long residentBytes() throws IOException {
        return Usage.residentBytes();
    }

    /** What may fail. */
    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    private static Thread started(Task task, AtomicReference<Throwable> failure) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                },
                "caller");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(List<Thread> threads, AtomicReference<Throwable> failure) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the work failed", failure.get());
        }
    }

    private static void pause(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }
}
