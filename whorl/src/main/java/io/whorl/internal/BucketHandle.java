package io.whorl.internal;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.CausalContext;
import io.whorl.api.Holder;
import io.whorl.api.ReadOptions;
import io.whorl.api.Resolver;
import io.whorl.api.Versioned;
import io.whorl.api.WhorlException;
import io.whorl.api.WriteOptions;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Write;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A bucket whose calls wait; all it adds to {@link BucketView} is the waiting. */
final class BucketHandle<K, V> implements Bucket<K, V> {
    private final BucketView<K, V> view;

    BucketHandle(BucketView<K, V> view) {
        this.view = view;
    }

    @Override
    public String name() {
        return view.definition().name();
    }

    @Override
    public BucketOptions options() {
        return view.definition().options();
    }

    @Override
    public Optional<V> get(K key) {
        return view.reduce(read("get", view.encoding().key(key), view.readNanos()));
    }

    @Override
    public Versioned<V> fetch(K key) {
        byte[] bytes = view.encoding().key(key);
        return view.fetched(bytes, read("fetch", bytes, view.readNanos()));
    }

    @Override
    public CausalContext put(K key, V value) {
        byte[] bytes = view.encoding().key(key);
        return write("put", bytes, view.put(value, null));
    }

    @Override
    public CausalContext put(K key, V value, CausalContext context) {
        byte[] bytes = view.encoding().key(key);
        return write("put", bytes, view.put(value, view.binding(bytes).dots(context)));
    }

    @Override
    public CausalContext delete(K key) {
        return write("delete", view.encoding().key(key), view.delete(null));
    }

    @Override
    public CausalContext delete(K key, CausalContext context) {
        byte[] bytes = view.encoding().key(key);
        return write("delete", bytes, view.delete(view.binding(bytes).dots(context)));
    }

    @Override
    public V update(K key, Function<? super Optional<V>, ? extends V> function) {
        Objects.requireNonNull(function, "function");
        byte[] bytes = view.encoding().key(key);
        UpdatePace pace = new UpdatePace(view.writeNanos());
        while (true) {
            Optional<ReadResult> seen = readForUpdate(bytes, pace);
            if (seen.isPresent()) {
                V value = view.apply(seen.get(), function);
                Write write = view.put(value, seen.get().history());
                try {
                    send("update", bytes, write, pace.left());
                    return value;
                } catch (WhorlException e) {
                    if (!pace.mayRepeat(e)) {
                        throw e;
                    }
                }
            }
            pace.sleep();
        }
    }

    /** Empty if the fetch failed for a reason that may pass, in an update that has begun to repeat itself already. */
    private Optional<ReadResult> readForUpdate(byte[] key, UpdatePace pace) {
        try {
            return Optional.of(read("update", key, pace.atMost(view.readNanos())));
        } catch (WhorlException e) {
            if (!pace.isRepeating() || !pace.mayRepeat(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public List<Holder> holders(K key) {
        return view.holders(view.encoding().key(key));
    }

    @Override
    public Bucket<K, V> resolvedBy(Resolver<V> resolver) {
        return MeasuredBucket.of(view.resolvedBy(Objects.requireNonNull(resolver, "resolver")));
    }

    @Override
    public Bucket<K, V> with(ReadOptions options) {
        return MeasuredBucket.of(view.with(Objects.requireNonNull(options, "options")));
    }

    @Override
    public Bucket<K, V> with(WriteOptions options) {
        return MeasuredBucket.of(view.with(Objects.requireNonNull(options, "options")));
    }

    @Override
    public AsyncBucket<K, V> async() {
        return new AsyncBucketHandle<>(view);
    }

    @Override
    public String toString() {
        return "Bucket[" + name() + "]";
    }

    private ReadResult read(String what, byte[] key, long nanos) {
        return view.requests()
                .<ReadResult>await(
                        what,
                        nanos,
                        (node, callback) -> node.read(view.definition(), key, view.reading(nanos), callback));
    }

    private CausalContext write(String what, byte[] key, Write write) {
        return view.binding(key)
                .context(send(what, key, write, view.writeNanos()).history());
    }

    private WriteResult send(String what, byte[] key, Write write, long nanos) {
        return view.requests()
                .<WriteResult>await(
                        what,
                        nanos,
                        (node, callback) -> node.write(view.definition(), key, write, view.writing(nanos), callback));
    }
}
