package io.whorl.benchmarks.sidebyside.work;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The places of a thread's requests. Those that are free come back over a stack without locks. When all are taken, the thread
 * sleeps until an eighth of them is free, since waking a thread for each would cost more than many a request does.
 */
final class Window {
    private static final int PART = 8;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final int size;
    private volatile int enough;
    private final AtomicReference<Place> returned = new AtomicReference<>();
    /** How many places are on the stack. Counted apart from them, since a place may come back while another one is put on it. */
    private final AtomicInteger waiting = new AtomicInteger();

    private volatile Thread sleeper;
    /** Taken from the stack at once, not yet taken from here. */
    private Place free;

    Window(int size) {
        this.size = size;
        this.enough = Math.max(1, size / PART);
        for (int i = 0; i < size; i++) {
            Place place = new Place(this, i);
            place.next = free;
            free = place;
        }
    }

    int size() {
        return size;
    }

    /** From now on a taker waits for one place alone, since no more requests begin. */
    void noMore() {
        enough = 1;
    }

    /** A free place; waits for one. For one thread alone. */
    Place take() {
        if (free == null) {
            takeReturned();
        }
        if (free == null) {
            awaitEnough();
            takeReturned();
        }
        Place place = free;
        free = place.next;
        return place;
    }

    private void takeReturned() {
        free = returned.getAndSet(null);
        int taken = 0;
        for (Place place = free; place != null; place = place.next) {
            taken++;
        }
        waiting.addAndGet(-taken);
    }

    private void awaitEnough() {
        long end = System.nanoTime() + PATIENCE;
        while (waiting.get() < enough) {
            sleeper = Thread.currentThread();
            if (waiting.get() < enough) {
                LockSupport.parkNanos(this, PATIENCE);
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("requests have not ended within a minute");
            }
        }
        sleeper = null;
    }

    /** Frees a place, from any thread. */
    void giveBack(Place place) {
        Place before;
        do {
            before = returned.get();
            place.next = before;
        } while (!returned.compareAndSet(before, place));
        if (waiting.incrementAndGet() >= enough) {
            wake();
        }
    }

    private void wake() {
        Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }
}
