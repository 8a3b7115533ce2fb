package io.whorl.core.spi;

/**
 * Runs tasks one at a time, in the order in which they were accepted, and tells the time.
 *
 * <p>All state of a partition's replicas is touched by tasks of one lane alone, so the protocol needs no lock. A task must
 * not block.
 */
public interface Lane {

    /**
     * Accepts a task unless the lane's inbox is full. For work that someone asks for, which can be refused. Callable on any
     * thread.
     *
     * @return false when the inbox is full or the lane is closed; the task will then never run
     */
    boolean offer(Runnable task);

    /**
     * As {@link #offer}, for work that is best done with what others bring: the calling thread does not do it, even if it could.
     *
     * @return false when the inbox is full or the lane is closed; the task will then never run
     */
    default boolean post(Runnable task) {
        return offer(task);
    }

    /**
     * Accepts a task in any case: for the completion of work that was admitted before, which must not be refused, and whose
     * amount is therefore bounded by what was admitted. After the lane is closed tasks are dropped. Callable on any thread.
     */
    void execute(Runnable task);

    /** Runs the task on this lane once {@code delayNanos} nanoseconds have passed. Callable on any thread. */
    Timer schedule(long delayNanos, Runnable task);

    /** Whether the calling thread is running a task of this lane now. */
    boolean isCurrent();

    /** Nanoseconds of a clock that never goes back; only differences mean something. */
    long nanoTime();

    /** Milliseconds since 1970 by the wall clock, which may jump in either direction. */
    long wallMillis();

    /**
     * What the present task is traced by, for steps of it that wait in a queue other than the lane's own, and are taken on by another
     * task. Nothing but tracing depends on it.
     */
    default Trace trace() {
        return Runnable::run;
    }

    /** See {@link #trace}. */
    interface Trace {
        /** Runs a step at once, as a part of what the trace was taken of. */
        void run(Runnable step);
    }

    /** A scheduled task that can be called off. */
    interface Timer {
        /** Prevents the task from running if it has not begun. On the lane itself this is certain; repeats do nothing. */
        void cancel();
    }
}
