package io.whorl.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A named set of keys and values with options of its own; a handle that is cheap, immutable and safe for use by many threads.
 *
 * <p>Every method here waits for its outcome and must not be called on one of the node's own threads; {@link #async()} has the
 * same without waiting. Each can throw, besides what it names:
 *
 * <ul>
 *   <li>{@link QuorumUnavailableException} when too few replicas are reachable; not applied
 *   <li>{@link ReplicasFailedException} when so many failed that the quorum is out of reach
 *   <li>{@link RequestTimedOutException} at the deadline (default 5 s), {@link RequestInterruptedException} when interrupted
 *   <li>{@link OverloadedException}, {@link StorageFullException}: refused at once; not applied
 *   <li>{@link BucketMismatchException} when nodes disagree about the bucket's options; not applied
 *   <li>{@link KeyTooLargeException} for a key over 64 KiB, {@link CodecException} when a codec fails
 *   <li>{@link NodeClosedException}, {@link StorageFailureException} when the node is no longer serving
 *   <li>{@link NullPointerException}, and {@link IllegalArgumentException} for an empty key
 *   <li>{@link IllegalStateException} when called on a thread on which the node does its own work
 * </ul>
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Bucket<K, V> {

    /** The name under which the cluster knows the bucket. */
    String name();

    /** What the cluster agreed on about the bucket. */
    BucketOptions options();

    /**
     * The value of a key, siblings reduced by this handle's resolver; the siblings stay stored until a write has seen them.
     * Empty when the key is absent.
     */
    Optional<V> get(K key);

    /** All siblings of a key and the causal context; the context of an absent key is useful too. */
    Versioned<V> fetch(K key);

    /**
     * Writes a value over exactly what the coordinating replica holds at that instant: concurrent writes that it has not seen
     * stay beside it.
     *
     * @return what was written and what it replaced, as a context for the write that follows from it
     * @throws ValueTooLargeException if the encoded value is over the limit (default 1 MiB); not applied
     */
    CausalContext put(K key, V value);

    /**
     * Writes a value over exactly what the context has seen; everything else stays beside it as siblings.
     *
     * @return the context and what was written: a write with it replaces both, and no sibling that stood beside them unread
     * @throws ValueTooLargeException if the encoded value is over the limit (default 1 MiB); not applied
     * @throws IllegalArgumentException if the context belongs to another cluster, bucket or key
     */
    CausalContext put(K key, V value, CausalContext context);

    /** Removes what the coordinating replica holds at that instant. */
    CausalContext delete(K key);

    /**
     * Removes exactly what the context has seen; a concurrent write stays.
     *
     * @throws IllegalArgumentException if the context belongs to another cluster, bucket or key
     */
    CausalContext delete(K key, CausalContext context);

    /**
     * Fetches, reduces siblings by this handle's resolver, applies the function and writes its result with the fetched context.
     * Two concurrent updates leave siblings, which the next one reduces. Repeated, within the deadline, only when the write is
     * known not to have been applied; so the function may be called more than once.
     *
     * @return what was written
     * @throws UnresolvedSiblingsException if there are siblings and this handle has no resolver of its own; not applied
     */
    V update(K key, Function<? super Optional<V>, ? extends V> function);

    /** The nodes that hold the key's copies by the ring, in the order of its preference list; asks nobody. */
    List<Holder> holders(K key);

    /** The same bucket with another resolver. */
    Bucket<K, V> resolvedBy(Resolver<V> resolver);

    /** The same bucket read with other options. */
    Bucket<K, V> with(ReadOptions options);

    /** The same bucket written with other options. */
    Bucket<K, V> with(WriteOptions options);

    /** The same handle without waiting. */
    AsyncBucket<K, V> async();
}
