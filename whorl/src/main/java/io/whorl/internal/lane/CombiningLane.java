package io.whorl.internal.lane;

import io.whorl.core.spi.Lane;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A lane with a thread of its own, whose work may also be done by whoever brings it: flat combining (Hendler, Incze, Shavit and
 * Tzafrir, Flat Combining and the Synchronization-Parallelism Tradeoff, SPAA 2010).
 *
 * <p>A thread that adds a task and finds the lane idle becomes its owner, runs the task, and whatever others have added meanwhile,
 * and hands the lane back. Waking another thread costs more than most tasks. The lane's own thread sleeps until a timer is due or
 * until somebody leaves work behind. Ownership is one compare-and-set; whoever gives it up looks at the inbox once more, and
 * whoever adds looks at the owner after adding, so that no task is left without somebody who knows of it.
 *
 * <p>A thread that runs one of the node's lanes never takes another in passing: the tasks of two lanes would nest.
 */
final class CombiningLane implements Lane {
    /** How many tasks are run before timers are looked at again, and at most by a thread that is not the lane's own. */
    private static final int BATCH = 64;

    private static final long CLOSE_SPIN_NANOS = 50_000;

    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<Thread> owner = new AtomicReference<>();
    private final TimerHeap timers = new TimerHeap();
    private final int capacity;
    private final Consumer<Throwable> failures;
    private final BooleanSupplier onSiblingLane;
    private final Thread thread;
    private final Executor carrier;
    private final AtomicBoolean carried = new AtomicBoolean();

    /** The instant until which the lane's thread sleeps; the past while it is awake. */
    private volatile long sleepsUntil;

    private volatile boolean closed;

    /**
     * @param capacity how many tasks may wait before {@link #offer} refuses
     * @param failures learns what a task threw, on the thread that ran it
     * @param onSiblingLane whether the calling thread runs a lane of this node
     * @param carrier threads that are awake more often than the lane's own, and send what is to be sent; null if there are none
     */
    CombiningLane(
            ThreadFactory threads,
            int capacity,
            Consumer<Throwable> failures,
            BooleanSupplier onSiblingLane,
            Executor carrier) {
        this.carrier = carrier;
        this.capacity = capacity;
        this.failures = failures;
        this.onSiblingLane = onSiblingLane;
        this.sleepsUntil = System.nanoTime();
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public boolean offer(Runnable task) {
        if (closed || waiting.get() >= capacity) {
            return false;
        }
        execute(task);
        return true;
    }

    @Override
    public boolean post(Runnable task) {
        if (carrier == null) {
            return offer(task);
        }
        if (closed || waiting.get() >= capacity) {
            return false;
        }
        waiting.incrementAndGet();
        inbox.add(task);
        if (owner.get() == null) {
            carry();
        }
        return true;
    }

    /** Has the carrier run what waits, unless it is about to. */
    private void carry() {
        if (carried.compareAndSet(false, true)) {
            try {
                carrier.execute(this::runCarried);
            } catch (RejectedExecutionException e) {
                carried.set(false);
                wake(); // the sockets are closed, the lane not yet
            }
        }
    }

    private void runCarried() {
        carried.set(false);
        combine();
    }

    /** Runs what waits, if nobody does, and this thread may. */
    private void combine() {
        if (onSiblingLane.getAsBoolean()) {
            wake();
        } else if (acquire()) {
            runTasks();
            release();
        }
        // Else somebody has just become its owner, and finds the task.
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        waiting.incrementAndGet();
        inbox.add(task);
        if (owner.get() == null) {
            combine();
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        TimerHeap.Entry entry = new TimerHeap.Entry(System.nanoTime() + Math.max(0, delayNanos), task);
        if (isCurrent()) {
            timers.add(entry);
        } else {
            execute(() -> timers.add(entry));
        }
        return () -> {
            if (isCurrent()) {
                timers.remove(entry);
            } else {
                execute(() -> timers.remove(entry));
            }
        };
    }

    @Override
    public boolean isCurrent() {
        return owner.get() == Thread.currentThread();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    /** How many tasks wait to be run. */
    int waiting() {
        return waiting.get();
    }

    /** Refuses further tasks; those that wait are dropped. */
    void beginClose() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** Waits until nothing runs any more, whatever interrupts. */
    void awaitClosed() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean acquire() {
        return owner.compareAndSet(null, Thread.currentThread());
    }

    /** Gives the lane up; what was added or became due in between is the lane's thread's to do. */
    private void release() {
        long now = System.nanoTime();
        long due = now + timers.untilNext(now);
        owner.set(null);
        if (!inbox.isEmpty() && carrier != null) {
            carry();
        }
        if ((!inbox.isEmpty() && carrier == null) || due - sleepsUntil < 0) {
            wake();
        }
    }

    private void wake() {
        if (sleepsUntil - System.nanoTime() > 0) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (acquire()) {
                runTimers();
                runTasks();
                long now = System.nanoTime();
                long until = now + timers.untilNext(now);
                // Before the lane is free, so that whoever comes next sees when this thread will wake by itself.
                sleepsUntil = until;
                owner.set(null);
                sleep(until);
            } else {
                // The owner wakes this thread when it leaves something behind.
                long until = System.nanoTime() + 1_000_000;
                sleepsUntil = until;
                sleep(until);
            }
        }
        while (!acquire()) {
            LockSupport.parkNanos(this, CLOSE_SPIN_NANOS);
        }
        // Never given up again: from here on nothing runs.
        inbox.clear();
    }

    private void sleep(long until) {
        long nanos = until - System.nanoTime();
        if (!closed && nanos > 0 && (inbox.isEmpty() || owner.get() != null)) {
            LockSupport.parkNanos(this, nanos);
            // An interrupt from outside means nothing here, but would make every later sleep return at once.
            Thread.interrupted();
        }
        sleepsUntil = System.nanoTime();
    }

    private void runTimers() {
        for (int i = 0; i < BATCH && !closed; i++) {
            TimerHeap.Entry entry = timers.poll(System.nanoTime());
            if (entry == null) {
                return;
            }
            runOne(entry.task());
        }
    }

    private void runTasks() {
        for (int i = 0; i < BATCH && !closed; i++) {
            Runnable task = inbox.poll();
            if (task == null) {
                return;
            }
            waiting.decrementAndGet();
            runOne(task);
        }
    }

    private void runOne(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failures.accept(thrown);
        }
    }
}
