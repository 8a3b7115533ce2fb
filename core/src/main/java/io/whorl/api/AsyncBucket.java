package io.whorl.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A {@link Bucket} whose calls return at once. What the synchronous form throws for a request that failed, the future is
 * completed with; mistakes of the caller are thrown at the call. Futures complete on the node's callback executor, never on a
 * thread of the node's own work; those of requests that are refused at once may have failed already when the call returns. Cancelling
 * a future does not call the request off.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface AsyncBucket<K, V> {

    /** See {@link Bucket#get}. */
    CompletableFuture<Optional<V>> get(K key);

    /** See {@link Bucket#fetch}. */
    CompletableFuture<Versioned<V>> fetch(K key);

    /** See {@link Bucket#put(Object, Object)}. */
    CompletableFuture<CausalContext> put(K key, V value);

    /** See {@link Bucket#put(Object, Object, CausalContext)}. */
    CompletableFuture<CausalContext> put(K key, V value, CausalContext context);

    /** See {@link Bucket#delete(Object)}. */
    CompletableFuture<CausalContext> delete(K key);

    /** See {@link Bucket#delete(Object, CausalContext)}. */
    CompletableFuture<CausalContext> delete(K key, CausalContext context);

    /** See {@link Bucket#update}; the function runs on the callback executor. */
    CompletableFuture<V> update(K key, Function<? super Optional<V>, ? extends V> function);

    /** The same handle, waiting. */
    Bucket<K, V> sync();
}
