package io.whorl.testkit.simulation;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: one queue of everything that is yet to happen, ordered by time, then by a random number, then by the order of
 * scheduling. Nothing happens but by {@link #step}, on the thread that calls it.
 *
 * <p>Every event remembers its cause, the request of a simulated client on whose behalf it was scheduled. So a write to a
 * simulated disk can be told from its request, however many nodes and messages lie between, and the model of the checkers needs
 * no word of the nodes about which request made which dot.
 */
final class Kernel {
    static final long MICRO = 1_000L;
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    /** The cause of what happens by itself. */
    static final long NO_CAUSE = 0;

    private final PriorityQueue<Happening> queue = new PriorityQueue<>(1_024);
    private final Trace trace = new Trace();
    private final Probes probes = new Probes();
    private final Draws ties;
    private long now;
    private long sequence;
    private long cause = NO_CAUSE;

    Kernel(Draws draws) {
        this.ties = draws.fork("ties");
    }

    /** Nanoseconds since the simulation began. */
    long now() {
        return now;
    }

    Trace trace() {
        return trace;
    }

    /** What has happened that need not. */
    Probes probes() {
        return probes;
    }

    /** The request that the present event goes back to. */
    long cause() {
        return cause;
    }

    /** Runs a task at once, as caused by a request. */
    void causedBy(long request, Runnable task) {
        long before = cause;
        cause = request;
        try {
            task.run();
        } finally {
            cause = before;
        }
    }

    /** Schedules a task, with the present cause. */
    void after(long delayNanos, Runnable task) {
        at(now + Math.max(0, delayNanos), task);
    }

    /** Schedules a task for an instant, or for now if that has passed. */
    void at(long time, Runnable task) {
        queue.add(new Happening(Math.max(now, time), ties.next(), ++sequence, cause, task));
    }

    /** Lets the next event happen; false when there is none. */
    boolean step() {
        Happening next = queue.poll();
        if (next == null) {
            return false;
        }
        now = next.time;
        trace.add(now);
        trace.add(next.sequence);
        causedBy(next.cause, next.task);
        return true;
    }

    /** Lets everything happen up to an instant. */
    void runUntil(long time) {
        while (!queue.isEmpty() && queue.peek().time <= time) {
            step();
        }
        now = Math.max(now, time);
    }

    /** Lets things happen until a condition holds; false if it does not by the deadline. */
    boolean runUntil(BooleanSupplier condition, long deadline) {
        while (!condition.getAsBoolean()) {
            if (queue.isEmpty() || queue.peek().time > deadline) {
                now = Math.max(now, deadline);
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    private record Happening(long time, long tie, long sequence, long cause, Runnable task)
            implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            int byTime = Long.compare(time, other.time);
            if (byTime != 0) {
                return byTime;
            }
            int byTie = Long.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(sequence, other.sequence);
        }
    }
}
