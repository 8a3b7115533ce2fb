package io.whorl.internal;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.CausalContext;
import io.whorl.api.RequestKind;
import io.whorl.api.Versioned;
import io.whorl.api.WhorlException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Write;
import io.whorl.core.node.Node;
import io.whorl.core.version.DotSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A bucket whose calls return futures. What is wrong with a request from the start fails its future too, unless it is a mistake. */
final class AsyncBucketHandle<K, V> implements AsyncBucket<K, V> {
    private final BucketView<K, V> view;

    AsyncBucketHandle(BucketView<K, V> view) {
        this.view = view;
    }

    @Override
    public CompletableFuture<Optional<V>> get(K key) {
        return counted(RequestKind.GET, () -> {
            byte[] bytes = view.encoding().key(key);
            return view.requests().future(RequestKind.GET, read(bytes), (ReadResult result) -> view.reduce(result));
        });
    }

    @Override
    public CompletableFuture<Versioned<V>> fetch(K key) {
        return counted(RequestKind.GET, () -> {
            byte[] bytes = view.encoding().key(key);
            return view.requests()
                    .future(RequestKind.GET, read(bytes), (ReadResult result) -> view.fetched(bytes, result));
        });
    }

    @Override
    public CompletableFuture<CausalContext> put(K key, V value) {
        return counted(RequestKind.PUT, () -> {
            byte[] bytes = view.encoding().key(key);
            return write(RequestKind.PUT, bytes, view.put(value, null));
        });
    }

    @Override
    public CompletableFuture<CausalContext> put(K key, V value, CausalContext context) {
        return counted(RequestKind.PUT, () -> {
            byte[] bytes = view.encoding().key(key);
            DotSet seen = view.binding(bytes).dots(context);
            return write(RequestKind.PUT, bytes, view.put(value, seen));
        });
    }

    @Override
    public CompletableFuture<CausalContext> delete(K key) {
        return counted(
                RequestKind.DELETE,
                () -> write(RequestKind.DELETE, view.encoding().key(key), view.delete(null)));
    }

    @Override
    public CompletableFuture<CausalContext> delete(K key, CausalContext context) {
        return counted(RequestKind.DELETE, () -> {
            byte[] bytes = view.encoding().key(key);
            return write(
                    RequestKind.DELETE, bytes, view.delete(view.binding(bytes).dots(context)));
        });
    }

    @Override
    public CompletableFuture<V> update(K key, Function<? super Optional<V>, ? extends V> function) {
        Objects.requireNonNull(function, "function");
        return counted(RequestKind.UPDATE, () -> {
            AsyncUpdate<V> update = new AsyncUpdate<>(view, view.encoding().key(key), function);
            update.start();
            return update.future();
        });
    }

    @Override
    public Bucket<K, V> sync() {
        return MeasuredBucket.of(view);
    }

    /** A request that is refused from the start is counted here, all others where they end. */
    private <T> CompletableFuture<T> counted(RequestKind kind, Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (WhorlException e) {
            view.requests().failed(kind, e);
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException | Error e) {
            view.requests().failed(kind, e);
            throw e;
        }
    }

    private BiConsumer<Node, Callback<ReadResult>> read(byte[] key) {
        return (node, callback) -> node.read(view.definition(), key, view.reading(view.readNanos()), callback);
    }

    private CompletableFuture<CausalContext> write(RequestKind kind, byte[] key, Write write) {
        return view.requests()
                .future(
                        kind,
                        (Node node, Callback<WriteResult> callback) ->
                                node.write(view.definition(), key, write, view.writing(view.writeNanos()), callback),
                        result -> view.binding(key).context(result.history()));
    }
}
