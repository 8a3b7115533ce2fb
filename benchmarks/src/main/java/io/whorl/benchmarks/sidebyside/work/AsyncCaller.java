package io.whorl.benchmarks.sidebyside.work;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import org.HdrHistogram.Histogram;

/** A closed loop of one thread that keeps a window of requests under way: each that ends makes room for the next. */
final class AsyncCaller implements Work {
    private final Engine engine;
    private final Draws draws;
    private final Window window;
    private final Histogram took = new Histogram(3);

    AsyncCaller(Engine engine, Draws draws, int parallel) {
        this.engine = engine;
        this.draws = draws;
        this.window = new Window(parallel);
    }

    @Override
    public void work(Phase phase) throws Exception {
        int now;
        while ((now = phase.now()) != Phase.OVER) {
            Place place = window.take();
            account(place);
            begin(place, now == Phase.MEASURED);
        }
        window.noMore();
        for (int i = 0; i < window.size(); i++) {
            account(window.take());
        }
    }

    private void begin(Place place, boolean counts) {
        boolean reads = draws.nextIsRead();
        place.begin(reads, counts);
        if (reads) {
            engine.getAsync(place.number(), draws.keyToRead(), place);
        } else {
            engine.putAsync(place.number(), draws.keyToWrite(), draws.value(), place);
        }
    }

    private void account(Place place) {
        long nanos = place.nanosIfCounted();
        if (nanos >= 0) {
            took.recordValue(nanos);
        }
    }

    @Override
    public Histogram took() {
        return took;
    }
}
