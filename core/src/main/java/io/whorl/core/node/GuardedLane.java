package io.whorl.core.node;

import io.whorl.core.spi.Lane;
import java.util.function.Consumer;

/**
 * A lane on which no task's failure passes unnoticed, a timer's or a completion's as little as a message's.
 *
 * @param lane runs the tasks
 * @param guard runs a task and deals with what it throws
 */
record GuardedLane(Lane lane, Consumer<Runnable> guard) implements Lane {

    @Override
    public boolean offer(Runnable task) {
        return lane.offer(() -> guard.accept(task));
    }

    @Override
    public boolean post(Runnable task) {
        return lane.post(() -> guard.accept(task));
    }

    @Override
    public void execute(Runnable task) {
        lane.execute(() -> guard.accept(task));
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return lane.schedule(delayNanos, () -> guard.accept(task));
    }

    @Override
    public Trace trace() {
        return lane.trace();
    }

    @Override
    public boolean isCurrent() {
        return lane.isCurrent();
    }

    @Override
    public long nanoTime() {
        return lane.nanoTime();
    }

    @Override
    public long wallMillis() {
        return lane.wallMillis();
    }
}
