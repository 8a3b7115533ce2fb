package io.whorl.benchmarks.sidebyside.engine;

/** Told once how an asynchronous request ended, on whichever thread it ends; must not wait. */
@FunctionalInterface
public interface Completion {

    /**
     * The request has ended.
     *
     * @param value what was read; null after a put, and where the key is absent
     * @param failure why it failed; null if it did not
     */
    void completed(byte[] value, Throwable failure);
}
