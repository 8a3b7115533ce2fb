package io.whorl.internal;

import io.whorl.api.RequestKind;
import io.whorl.api.WhorlException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** One update that nobody waits for: fetch, apply, put, and again if nothing came of it. Its steps run on the callback executor. */
final class AsyncUpdate<V> {
    private final CompletableFuture<V> future = new CompletableFuture<>();
    private final BucketView<?, V> view;
    private final byte[] key;
    private final Function<? super Optional<V>, ? extends V> function;
    private final UpdatePace pace;

    AsyncUpdate(BucketView<?, V> view, byte[] key, Function<? super Optional<V>, ? extends V> function) {
        this.view = view;
        this.key = key;
        this.function = function;
        this.pace = new UpdatePace(view.writeNanos());
    }

    CompletableFuture<V> future() {
        return future;
    }

    void start() {
        long began = System.nanoTime();
        future.whenComplete((value, thrown) -> {
            if (thrown == null) {
                view.requests().succeeded(RequestKind.UPDATE, began);
            } else {
                view.requests().failed(RequestKind.UPDATE, thrown);
            }
        });
        step(this::fetch);
    }

    private void fetch() {
        long nanos = pace.atMost(view.readNanos());
        view.requests()
                .<ReadResult>send(
                        (node, callback) -> node.read(view.definition(), key, view.reading(nanos), callback),
                        new Callback<>() {
                            @Override
                            public void succeeded(ReadResult result) {
                                step(() -> put(result));
                            }

                            @Override
                            public void failed(Failure failure) {
                                WhorlException exception = Failures.exception(failure);
                                if (pace.isRepeating()) {
                                    step(() -> repeatOrFail(exception));
                                } else {
                                    future.completeExceptionally(exception);
                                }
                            }
                        });
    }

    private void put(ReadResult seen) {
        V value = view.apply(seen, function);
        Write write = view.put(value, seen.history());
        view.requests()
                .<WriteResult>send(
                        (node, callback) ->
                                node.write(view.definition(), key, write, view.writing(pace.left()), callback),
                        new Callback<>() {
                            @Override
                            public void succeeded(WriteResult result) {
                                future.complete(value);
                            }

                            @Override
                            public void failed(Failure failure) {
                                step(() -> repeatOrFail(Failures.exception(failure)));
                            }
                        });
    }

    private void repeatOrFail(WhorlException failure) {
        if (pace.mayRepeat(failure)) {
            view.requests()
                    .later(pace.nextPause(), () -> step(this::fetch), () -> future.completeExceptionally(failure));
        } else {
            future.completeExceptionally(failure);
        }
    }

    /** Whatever a step throws, the application's own function included, ends the update. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }
}
