package io.whorl.testkit.simulation;

import io.whorl.core.spi.Lane;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A lane whose every task is an event of its own, so that lanes and messages interleave in any way. As on a real lane
 * ({@code CombiningLane}) a timer that is due waits for one batch of tasks at the most, and not for everything that others have asked for.
 */
final class SimulatedLane implements Lane {
    private static final int INBOX = 4_096;
    /** How many tasks are run before timers are looked at again. */
    static final int BATCH = 64;

    private static final long SLOWEST_TASK = 40 * Kernel.MICRO;
    private static final long SLOWEST_ON_A_SLOW_DISK = 15 * Kernel.MILLI;

    private final Kernel kernel;
    private final SimulatedProcess process;
    private final HostClock clock;
    private final Draws draws;
    private final Deque<Task> inbox = new ArrayDeque<>();
    private final Deque<Due> due = new ArrayDeque<>();
    private long begun;
    private boolean awake;
    private boolean running;

    private record Task(long cause, Runnable body) {}

    /** A timer's task that runs as soon as so many tasks have begun. */
    private record Due(long turn, Task task) {}

    SimulatedLane(Kernel kernel, SimulatedProcess process, HostClock clock, Draws draws) {
        this.kernel = kernel;
        this.process = process;
        this.clock = clock;
        this.draws = draws;
    }

    @Override
    public boolean offer(Runnable task) {
        if (!process.isAlive() || inbox.size() >= INBOX) {
            return false;
        }
        execute(task);
        return true;
    }

    @Override
    public void execute(Runnable task) {
        if (process.isAlive()) {
            inbox.add(new Task(kernel.cause(), task));
            wake();
        }
    }

    private void wake() {
        if (!awake) {
            awake = true;
            boolean slow = process.host().disk().trouble().isSlow(kernel.now());
            process.after(draws.between(1, slow ? SLOWEST_ON_A_SLOW_DISK : SLOWEST_TASK), this::runNext);
        }
    }

    private void runNext() {
        awake = false;
        Task task = next();
        running = true;
        try {
            kernel.causedBy(task.cause, task.body);
        } finally {
            running = false;
        }
        if (!inbox.isEmpty() || !due.isEmpty()) {
            wake();
        }
    }

    private Task next() {
        begun++;
        boolean timer = !due.isEmpty() && (inbox.isEmpty() || begun > due.peek().turn);
        return timer ? due.poll().task : inbox.poll();
    }

    private void executeDue(Runnable task) {
        if (inbox.size() < BATCH && due.isEmpty()) {
            execute(task);
        } else if (process.isAlive()) {
            due.add(new Due(begun + BATCH, new Task(kernel.cause(), task)));
            wake();
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Scheduled scheduled = new Scheduled();
        process.after(clock.realNanos(delayNanos), () -> {
            if (!scheduled.cancelled) {
                // A timer may be called off until it runs, so it is asked again then.
                executeDue(() -> {
                    if (!scheduled.cancelled) {
                        task.run();
                    }
                });
            }
        });
        return scheduled;
    }

    private static final class Scheduled implements Timer {
        private boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public Trace trace() {
        long cause = kernel.cause();
        return step -> kernel.causedBy(cause, step);
    }

    @Override
    public boolean isCurrent() {
        return running;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public long wallMillis() {
        return clock.wallMillis();
    }
}
