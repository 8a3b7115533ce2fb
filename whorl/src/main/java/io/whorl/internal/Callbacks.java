package io.whorl.internal;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where what belongs to callers is run: their executor, or a small pool of the node's own. */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final int MAX_THREADS = 4;
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 10;

    private final Set<Thread> ownThreads = ConcurrentHashMap.newKeySet();
    private final Optional<ThreadPoolExecutor> ownPool;
    private final Executor executor;
    private final ThreadFactory threads;

    /**
     * @param given the caller's executor; empty for a pool whose threads end when they are idle
     * @param threads makes the pool's threads
     */
    Callbacks(Optional<Executor> given, ThreadFactory threads) {
        this.threads = threads;
        this.ownPool = given.isPresent() ? Optional.empty() : Optional.of(pool());
        this.executor = given.orElseGet(ownPool::get);
    }

    private ThreadPoolExecutor pool() {
        int size = Math.min(MAX_THREADS, Math.max(2, Runtime.getRuntime().availableProcessors()));
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::poolThread);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private Thread poolThread(Runnable work) {
        ownThreads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        Thread thread = threads.newThread(work);
        ownThreads.add(thread);
        return thread;
    }

    /**
     * Runs something of a caller's. When the caller's executor refuses, a thread is started for it: no future is left without an
     * end, and none is completed on a lane.
     */
    void run(Runnable task) {
        Guarded guarded = new Guarded(task);
        try {
            executor.execute(guarded);
        } catch (RuntimeException e) {
            if (ownPool.isEmpty()) {
                LOG.warn("the callback executor refused a callback, a thread is started for it: {}", e.toString());
            }
            threads.newThread(guarded).start();
        }
    }

    /** Runs once; and nothing that it throws reaches an executor that runs tasks where they are given to it: on a lane. */
    private static final class Guarded implements Runnable {
        private final AtomicBoolean begun = new AtomicBoolean();
        private final Runnable task;

        Guarded(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (begun.compareAndSet(false, true)) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.warn("a callback of the application threw", e);
                }
            }
        }
    }

    /** The same callback, called on the executor. */
    <T> Callback<T> on(Callback<T> callback) {
        return new Callback<>() {
            @Override
            public void succeeded(T result) {
                run(() -> callback.succeeded(result));
            }

            @Override
            public void failed(Failure failure) {
                run(() -> callback.failed(failure));
            }
        };
    }

    /** Whether the calling thread is one of the pool's: it cannot wait for the pool's end. */
    boolean isOwnThread() {
        return ownThreads.contains(Thread.currentThread());
    }

    /** Ends the pool, if it is the node's own, after what was given to it; a caller's executor is left alone. */
    void close() {
        if (ownPool.isEmpty()) {
            return;
        }
        ThreadPoolExecutor pool = ownPool.get();
        pool.shutdown();
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (Thread thread : ownThreads) {
            while (!isOwnThread() && thread.isAlive() && end - System.nanoTime() > 0) {
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (!isOwnThread() && !pool.isTerminated()) {
            LOG.warn("callbacks of the application still run {} s after the node was closed", CLOSE_SECONDS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
