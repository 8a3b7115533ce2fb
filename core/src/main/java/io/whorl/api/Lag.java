package io.whorl.api;

/**
 * How far replicas lack what others have.
 *
 * @param replicas how many replicas lack something
 * @param events how many events (writes and deletes) they lack together
 */
public record Lag(int replicas, long events) {
    /** Nothing is lacking. */
    public static final Lag NONE = new Lag(0, 0);
}
