package io.whorl.internal;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.CausalContext;
import io.whorl.api.Holder;
import io.whorl.api.ReadOptions;
import io.whorl.api.RequestKind;
import io.whorl.api.Resolver;
import io.whorl.api.Versioned;
import io.whorl.api.WriteOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A bucket whose requests are counted as their caller sees them end, whatever ended them. Written out for each request, because a
 * function to wrap them all would be an object for each.
 */
final class MeasuredBucket<K, V> implements Bucket<K, V> {
    private final Bucket<K, V> bucket;
    private final Requests requests;

    private MeasuredBucket(Bucket<K, V> bucket, Requests requests) {
        this.bucket = bucket;
        this.requests = requests;
    }

    static <K, V> Bucket<K, V> of(BucketView<K, V> view) {
        return new MeasuredBucket<>(new BucketHandle<>(view), view.requests());
    }

    @Override
    public String name() {
        return bucket.name();
    }

    @Override
    public BucketOptions options() {
        return bucket.options();
    }

    @Override
    public Optional<V> get(K key) {
        long began = System.nanoTime();
        try {
            Optional<V> found = bucket.get(key);
            requests.succeeded(RequestKind.GET, began);
            return found;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.GET, e);
            throw e;
        }
    }

    @Override
    public Versioned<V> fetch(K key) {
        long began = System.nanoTime();
        try {
            Versioned<V> seen = bucket.fetch(key);
            requests.succeeded(RequestKind.GET, began);
            return seen;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.GET, e);
            throw e;
        }
    }

    @Override
    public CausalContext put(K key, V value) {
        long began = System.nanoTime();
        try {
            CausalContext after = bucket.put(key, value);
            requests.succeeded(RequestKind.PUT, began);
            return after;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.PUT, e);
            throw e;
        }
    }

    @Override
    public CausalContext put(K key, V value, CausalContext context) {
        long began = System.nanoTime();
        try {
            CausalContext after = bucket.put(key, value, context);
            requests.succeeded(RequestKind.PUT, began);
            return after;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.PUT, e);
            throw e;
        }
    }

    @Override
    public CausalContext delete(K key) {
        long began = System.nanoTime();
        try {
            CausalContext after = bucket.delete(key);
            requests.succeeded(RequestKind.DELETE, began);
            return after;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.DELETE, e);
            throw e;
        }
    }

    @Override
    public CausalContext delete(K key, CausalContext context) {
        long began = System.nanoTime();
        try {
            CausalContext after = bucket.delete(key, context);
            requests.succeeded(RequestKind.DELETE, began);
            return after;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.DELETE, e);
            throw e;
        }
    }

    @Override
    public V update(K key, Function<? super Optional<V>, ? extends V> function) {
        long began = System.nanoTime();
        try {
            V written = bucket.update(key, function);
            requests.succeeded(RequestKind.UPDATE, began);
            return written;
        } catch (RuntimeException | Error e) {
            requests.failed(RequestKind.UPDATE, e);
            throw e;
        }
    }

    @Override
    public List<Holder> holders(K key) {
        return bucket.holders(key);
    }

    @Override
    public Bucket<K, V> resolvedBy(Resolver<V> resolver) {
        return bucket.resolvedBy(resolver);
    }

    @Override
    public Bucket<K, V> with(ReadOptions options) {
        return bucket.with(options);
    }

    @Override
    public Bucket<K, V> with(WriteOptions options) {
        return bucket.with(options);
    }

    @Override
    public AsyncBucket<K, V> async() {
        return bucket.async();
    }

    @Override
    public String toString() {
        return bucket.toString();
    }
}
