package io.whorl.internal;

import io.whorl.api.Outcome;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestKind;
import io.whorl.api.RequestResult;
import io.whorl.api.WhorlException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.node.Node;
import io.whorl.internal.lane.LaneGroup;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The door between callers and a node: who may wait, who is refused, on which thread what comes back is handled.
 *
 * <p>Everything of a caller's (decoding, resolvers, functions, futures' dependents) runs on the calling thread or on the callback
 * executor, never on a lane.
 */
final class Requests {
    private final Node node;
    private final LaneGroup lanes;
    private final Callbacks callbacks;
    private final InFlight inFlight;
    private final Supplier<WhorlException> refusal;
    private final Set<Runnable> abandonments = ConcurrentHashMap.newKeySet();
    private final Set<Unwaited<?>> unanswered = ConcurrentHashMap.newKeySet();
    private volatile boolean crashed;
    private volatile boolean ended;

    /** @param refusal makes the exception for callers who come after the door was closed */
    Requests(Node node, LaneGroup lanes, Callbacks callbacks, InFlight inFlight, Supplier<WhorlException> refusal) {
        this.node = node;
        this.lanes = lanes;
        this.callbacks = callbacks;
        this.inFlight = inFlight;
        this.refusal = refusal;
    }

    Node node() {
        return node;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    /** From now on nothing that the node reports counts: what comes is reported as unknown. */
    void crash() {
        crashed = true;
    }

    /** Whether the node has stopped taking requests. */
    boolean isClosed() {
        return inFlight.isClosed();
    }

    /** The exception for who comes too late. */
    WhorlException refusal() {
        return refusal.get();
    }

    /**
     * Refuses a thread on which the node does its own work: it would wait for itself.
     *
     * @throws IllegalStateException on such a thread
     */
    void requireMayWait() {
        if (lanes.isCurrent()) {
            throw new IllegalStateException("a blocking call on one of the node's own threads ("
                    + Thread.currentThread().getName()
                    + "), which would wait for itself; use async(), or a callbackExecutor with threads of its own");
        }
    }

    /** Sends a request and waits for it. */
    <T> T await(String what, long timeoutNanos, BiConsumer<Node, Callback<T>> send) {
        requireMayWait();
        if (Thread.currentThread().isInterrupted()) {
            throw new RequestInterruptedException(
                    what + ": the calling thread was interrupted before anything was sent");
        }
        if (!inFlight.enter()) {
            throw refusal.get();
        }
        Waiter<T> waiter = new Waiter<>();
        send.accept(node, new Counted<>(waiter));
        return waiter.await(timeoutNanos, what, () -> ended);
    }

    /** Sends a request and lets its result be handled on the callback executor. */
    <T> void send(BiConsumer<Node, Callback<T>> send, Callback<T> callback) {
        if (!inFlight.enter()) {
            throw refusal.get();
        }
        begin(send, callbacks.on(callback));
    }

    private <T> void begin(BiConsumer<Node, Callback<T>> send, Callback<T> callback) {
        Unwaited<T> unwaited = new Unwaited<>(new Counted<>(callback));
        unanswered.add(unwaited);
        send.accept(node, unwaited);
        if (ended) {
            unwaited.failed(gone());
        }
    }

    /** Sends a request; the future has failed already if it is refused at once, else it is completed on the callback executor. */
    <T, R> CompletableFuture<R> future(RequestKind kind, BiConsumer<Node, Callback<T>> send, Function<T, R> decode) {
        if (!inFlight.enter()) {
            throw refusal.get();
        }
        FutureCallback<T, R> callback = new FutureCallback<>(kind, decode);
        PromptRefusal<T> prompt = new PromptRefusal<>(callback, callbacks.on(callback));
        begin(send, prompt);
        prompt.returning();
        return callback.future;
    }

    /** A request of the application's has succeeded that began at this instant of {@link System#nanoTime}. */
    void succeeded(RequestKind kind, long began) {
        node.meters().requests().ended(kind, RequestResult.OK, System.nanoTime() - began);
    }

    /** A request of the application's has failed, or was refused. */
    void failed(RequestKind kind, Throwable thrown) {
        node.meters().requests().ended(kind, RequestResult.of(thrown), 0);
    }

    /**
     * Runs something on the callback executor after a while; or, if the node ends before, what stands in its place.
     *
     * @param abandoned what is done instead
     */
    void later(long nanos, Runnable task, Runnable abandoned) {
        abandonments.add(abandoned);
        lanes.cluster().schedule(nanos, () -> {
            if (abandonments.remove(abandoned)) {
                callbacks.run(task);
            }
        });
        if (isClosed()) {
            abandonLater();
        }
    }

    /** The node has ended: what it has not answered it never will. Called once nothing runs on its lanes any more. */
    void end() {
        ended = true;
        unanswered.forEach(unwaited -> unwaited.failed(gone()));
    }

    private static Failure gone() {
        return new Failure(
                Failure.Kind.NODE_CLOSED, Outcome.UNKNOWN, 0, 0, "the node was closed while the request was under way");
    }

    /** Gives up what waits for its time; called once the door is closed. */
    void abandonLater() {
        for (Runnable abandoned : abandonments) {
            if (abandonments.remove(abandoned)) {
                callbacks.run(abandoned);
            }
        }
    }

    private final class FutureCallback<T, R> implements Callback<T> {
        private final CompletableFuture<R> future = new CompletableFuture<>();
        private final long began = System.nanoTime();
        private final RequestKind kind;
        private final Function<T, R> decode;

        FutureCallback(RequestKind kind, Function<T, R> decode) {
            this.kind = kind;
            this.decode = decode;
        }

        @Override
        public void succeeded(T result) {
            R decoded;
            try {
                decoded = decode.apply(result);
            } catch (RuntimeException | Error e) {
                end(e);
                return;
            }
            Requests.this.succeeded(kind, began);
            future.complete(decoded);
        }

        @Override
        public void failed(Failure failure) {
            end(Failures.exception(failure));
        }

        private void end(Throwable thrown) {
            Requests.this.failed(kind, thrown);
            future.completeExceptionally(thrown);
        }
    }

    /** A request for which no thread waits; it is answered once, by the node or by the node's end. */
    private final class Unwaited<T> implements Callback<T> {
        private final Callback<T> callback;

        Unwaited(Callback<T> callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded(T result) {
            if (unanswered.remove(this)) {
                callback.succeeded(result);
            }
        }

        @Override
        public void failed(Failure failure) {
            if (unanswered.remove(this)) {
                callback.failed(failure);
            }
        }
    }

    private final class Counted<T> implements Callback<T> {
        private final Callback<T> callback;

        Counted(Callback<T> callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded(T result) {
            inFlight.leave();
            if (crashed) {
                callback.failed(lostInCrash());
            } else {
                callback.succeeded(result);
            }
        }

        @Override
        public void failed(Failure failure) {
            inFlight.leave();
            callback.failed(crashed ? lostInCrash() : failure);
        }

        private Failure lostInCrash() {
            return new Failure(
                    Failure.Kind.NODE_CLOSED,
                    Outcome.UNKNOWN,
                    0,
                    0,
                    "the node crashed while the request was under way");
        }
    }
}
