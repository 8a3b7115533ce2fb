package io.whorl.api;

/** Somebody's listening to a node's events, until it is closed. */
public interface Subscription extends AutoCloseable {

    /**
     * Ends it: the subscriber is told nothing more, but may be at an event just now. Can be called on any thread, by the subscriber
     * too; repeated calls do nothing.
     */
    @Override
    void close();
}
