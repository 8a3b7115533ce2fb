package io.whorl.benchmarks.sidebyside.work;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import org.HdrHistogram.Histogram;

/** A closed loop: a request, its answer, the next one. */
final class WaitingCaller implements Work {
    private final Engine engine;
    private final Draws draws;
    private final int caller;
    private final Histogram took = new Histogram(3);

    WaitingCaller(Engine engine, Draws draws, int caller) {
        this.engine = engine;
        this.draws = draws;
        this.caller = caller;
    }

    @Override
    public void work(Phase phase) throws Exception {
        int now;
        while ((now = phase.now()) != Phase.OVER) {
            long begun = System.nanoTime();
            request();
            if (now == Phase.MEASURED) {
                took.recordValue(System.nanoTime() - begun);
            }
        }
    }

    private void request() throws Exception {
        if (!draws.nextIsRead()) {
            engine.put(caller, draws.keyToWrite(), draws.value());
        } else if (engine.get(caller, draws.keyToRead()) == null) {
            throw new IllegalStateException("a get found nothing, but all keys were loaded");
        }
    }

    @Override
    public Histogram took() {
        return took;
    }
}
