package io.whorl.storage;

import io.whorl.core.spi.StorageEngine.Completion;
import io.whorl.core.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that syncs for all who wait: while one sync is under way, callers gather for the next. So the number of syncs
 * is bounded by the disk's pace, not by the number of callers.
 *
 * <p>It never syncs on its own account; core asks for the background syncs of {@code ASYNC} writers as for any other.
 *
 * <p>After a failed sync, all later ones fail without being tried: the system may have dropped the pages that it could not
 * write, and would then call the next sync a success (Rebello et al., "Can Applications Recover from fsync Failures?",
 * 2020).
 */
final class GroupSync {
    /** Makes durable what was applied before the call. */
    interface Sync {
        void run() throws StorageException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(GroupSync.class);

    private final Sync sync;
    private final Thread thread;
    private final Object lock = new Object();
    private List<Completion> waiting = new ArrayList<>();
    private boolean stopping;
    private volatile StorageException failure;

    GroupSync(String name, Sync sync) {
        this.sync = sync;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues a completion; false if this was stopped, and then it is never called. */
    boolean add(Completion completion) {
        synchronized (lock) {
            if (stopping) {
                return false;
            }
            waiting.add(completion);
            lock.notifyAll();
            return true;
        }
    }

    /** How the first failed sync failed, or null. */
    StorageException failure() {
        return failure;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Syncs once more, tells all who wait, and ends the thread; returns when it is done with that. */
    void stop() {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        if (isCurrentThread()) {
            // A completion closes the engine: what the thread would do next is done here, and it then finds nothing to
            // do.
            round(take());
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The native handles must not be freed while the thread uses them, so this wait cannot be given up.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            List<Completion> group;
            synchronized (lock) {
                while (!stopping && waiting.isEmpty()) {
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        // Nobody has a reason to interrupt this thread; it ends by stop().
                        LOG.debug("ignored an interrupt", e);
                    }
                }
                last = stopping;
            }
            group = take();
            if (group == null) {
                return;
            }
            round(group);
        }
    }

    /** The waiting ones; null when the last round, that of a stopped engine, was given out before. */
    private List<Completion> take() {
        synchronized (lock) {
            List<Completion> group = waiting;
            waiting = stopping ? null : new ArrayList<>();
            return group;
        }
    }

    private void round(List<Completion> group) {
        StorageException failed = failure;
        if (failed == null) {
            try {
                sync.run();
            } catch (StorageException e) {
                failed = e;
                failure = e;
            }
        }
        for (Completion completion : group) {
            try {
                if (failed == null) {
                    completion.succeeded();
                } else {
                    completion.failed(failed);
                }
            } catch (RuntimeException e) {
                LOG.error("a completion of a sync threw; the others are told nevertheless", e);
            }
        }
    }
}
