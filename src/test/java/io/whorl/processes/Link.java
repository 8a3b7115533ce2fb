package io.whorl.processes;

import java.time.Duration;

/** What happens at present to the bytes that one node sends to another. Safe for use by many threads. */
final class Link {
    private boolean cut;
    private boolean closed;
    private long delayNanos;

    /** Nothing passes from now on, not even that a connection ended. */
    synchronized void cut() {
        cut = true;
    }

    /** What is read from now on takes so much longer; order is kept. */
    synchronized void delay(Duration time) {
        delayNanos = time.toNanos();
    }

    /** Everything passes, what was held back first, and without delay. */
    synchronized void heal() {
        cut = false;
        delayNanos = 0;
        notifyAll();
    }

    /** Ends all waiting for ever. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** When something that is read now may be handed on, as {@link System#nanoTime} counts. */
    synchronized long due() {
        return System.nanoTime() + delayNanos;
    }

    /** Waits until bytes may pass; false if none will any more. */
    synchronized boolean awaitOpen() throws InterruptedException {
        while (cut && !closed) {
            wait();
        }
        return !closed;
    }
}
