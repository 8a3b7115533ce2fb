package io.whorl.api;

/** How a node's last run ended, as its data directory tells. */
public enum LastEnd {
    /** It was closed, or there was none. */
    CLOSED,
    /** Its process died, and the machine went on: nothing that it had written is lost. */
    PROCESS_DIED,
    /**
     * The machine may have lost power, or that cannot be told: what was not synced may be lost. With {@link Durability#ASYNC} replicas answer
     * no strict read until they have caught up with others.
     */
    POWER_MAY_HAVE_FAILED
}
