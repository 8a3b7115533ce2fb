package io.whorl.transport;

import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Remembers the threads that were made for an event loop group, so that closing can wait until they are really gone. */
final class LoopThreads implements ThreadFactory {
    private static final long HANGING_LOOKUP_MILLIS = 100;

    private final ThreadFactory factory;
    private final List<Thread> made = new CopyOnWriteArrayList<>();
    private EventLoopGroup group;

    LoopThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** The group that ends with this. */
    void owns(EventLoopGroup owned) {
        group = owned;
    }

    @Override
    public Thread newThread(Runnable task) {
        made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        Thread thread = factory.newThread(task);
        made.add(thread);
        return thread;
    }

    /** Shuts the group down and joins its threads, unless this is one of them. */
    void close() {
        if (group != null) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
        if (made.contains(Thread.currentThread())) {
            return;
        }
        if (group != null) {
            group.terminationFuture().awaitUninterruptibly();
        }
        boolean interrupted = false;
        for (Thread thread : made) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a thread; the group's have ended already but for their last instructions. */
    private static boolean join(Thread thread) {
        try {
            thread.join(HANGING_LOOKUP_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
