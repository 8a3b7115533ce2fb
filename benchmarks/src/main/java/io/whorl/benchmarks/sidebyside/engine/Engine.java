package io.whorl.benchmarks.sidebyside.engine;

/**
 * A store under measurement, all members of which run in this JVM. The number of the caller chooses the member, so that callers
 * are spread evenly over all.
 */
public interface Engine extends AutoCloseable {

    /** Overwrites a value, and returns once the store acknowledges. */
    void put(int caller, byte[] key, byte[] value) throws Exception;

    /** Reads a value; null if there is none. */
    byte[] get(int caller, byte[] key) throws Exception;

    /** As {@link #put}, without waiting. Only engines whose {@link EngineKind} says so have this. */
    default void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        throw new UnsupportedOperationException("this engine has no asynchronous put");
    }

    /** As {@link #get}, without waiting. Only engines whose {@link EngineKind} says so have this. */
    default void getAsync(int caller, byte[] key, Completion done) {
        throw new UnsupportedOperationException("this engine has no asynchronous get");
    }

    /** How many values the key has, for a store that keeps concurrent writes beside each other. */
    default int siblings(byte[] key) {
        return 1;
    }

    /** Ends all members. Their files stay. */
    @Override
    void close();
}
