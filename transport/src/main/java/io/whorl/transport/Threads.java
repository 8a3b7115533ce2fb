package io.whorl.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

/**
 * Remembers the threads it has made, so that closing can wait until they are really gone: an executor says to have
 * terminated a little before.
 */
final class Threads implements ThreadFactory {
    private final ThreadFactory factory;
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    Threads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Makes daemon threads of this name. */
    static Threads named(String name) {
        return new Threads(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Thread newThread(Runnable task) {
        made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        Thread thread = factory.newThread(task);
        made.add(thread);
        return thread;
    }

    /** Whether this thread is one of them. */
    boolean areCurrent() {
        return made.contains(Thread.currentThread());
    }

    /** Waits until each has ended, or for at most this long for each; an interrupt is kept for the caller. */
    void join(Duration max) {
        boolean interrupted = false;
        for (Thread thread : made) {
            long deadline = System.nanoTime() + max.toNanos();
            long left = max.toMillis();
            while (left > 0 && thread.isAlive()) {
                try {
                    thread.join(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = (deadline - System.nanoTime()) / 1_000_000;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until each has ended. */
    void join() {
        join(Duration.ofDays(1));
    }
}
