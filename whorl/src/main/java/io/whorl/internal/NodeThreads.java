package io.whorl.internal;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes one node's threads: named after the node and their work, and daemons, so that they keep no JVM alive. */
final class NodeThreads {
    private final String node;
    private final ThreadFactory factory;

    NodeThreads(String node, Optional<ThreadFactory> given) {
        this.node = node;
        this.factory = given.orElse(Thread::new);
    }

    /** A factory of threads named {@code whorl-NODE-WORK-1}, {@code -2}, …. */
    ThreadFactory named(String work) {
        AtomicInteger made = new AtomicInteger();
        return task -> {
            Thread thread = factory.newThread(task);
            if (thread == null) {
                throw new IllegalStateException("the given threadFactory returned null; it has to make a thread");
            }
            thread.setName("whorl-" + node + "-" + work + "-" + made.incrementAndGet());
            if (!thread.isDaemon() && thread.getState() == Thread.State.NEW) {
                thread.setDaemon(true);
            }
            return thread;
        };
    }
}
