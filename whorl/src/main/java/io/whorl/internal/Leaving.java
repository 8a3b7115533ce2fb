package io.whorl.internal;

import io.whorl.StopReason;
import io.whorl.api.NodeClosedException;
import io.whorl.api.Outcome;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestTimedOutException;
import io.whorl.api.WhorlException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node's way out of its cluster. The voters are asked once; then its slots move away as for every leaving member, and when it holds
 * nothing it is no member any more, which ends the node. So all there is to do here is to ask, and to wait for the end.
 */
final class Leaving {
    private final Requests requests;
    private final ClusterChanges changes;
    private final NodeEnd end;

    Leaving(Requests requests, ClusterChanges changes, NodeEnd end) {
        this.requests = requests;
        this.changes = changes;
        this.end = end;
    }

    /** Waits until the node has left and has ended. */
    void await(Optional<Duration> patience) {
        requests.requireMayWait();
        if (requests.callbacks().isOwnThread()) {
            throw new IllegalStateException("leave() on one of the node's own callback threads ("
                    + Thread.currentThread().getName() + "), which end with the node; use leaveAsync()");
        }
        if (patience.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
            throw new IllegalArgumentException("patience was " + patience.get() + "; expected more than nothing");
        }
        long began = System.nanoTime();
        changes.make("leaving the cluster", new Change.Leave(self()));
        try {
            CompletableFuture<StopReason> stopped = end.stopped().toCompletableFuture();
            StopReason reason = patience.isEmpty()
                    ? stopped.get()
                    : stopped.get(patience.get().toNanos() - (System.nanoTime() - began), TimeUnit.NANOSECONDS);
            end.await();
            failureOf(reason).ifPresent(failure -> {
                throw failure;
            });
        } catch (TimeoutException e) {
            throw new RequestTimedOutException(
                    0, 1, "leaving the cluster: not done within " + patience.get() + ". " + whatIsLeft());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestInterruptedException(
                    "leaving the cluster: the calling thread was interrupted while it waited; the node goes on leaving");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a node is never exceptional", e);
        }
    }

    /** Asks, and completes on the callback executor when the node has left and has ended. */
    CompletableFuture<Void> begin() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        changes.make(new Change.Leave(self()), new Callback<>() {
            @Override
            public void succeeded(ClusterState state) {
                end.stopped()
                        .thenAccept(reason -> failureOf(reason)
                                .ifPresentOrElse(left::completeExceptionally, () -> left.complete(null)));
            }

            @Override
            public void failed(Failure failure) {
                left.completeExceptionally(Failures.exception(failure));
            }
        });
        return left;
    }

    private NodeId self() {
        return requests.node().id();
    }

    private static Optional<WhorlException> failureOf(StopReason reason) {
        return reason.kind() == StopReason.Kind.LEFT
                ? Optional.empty()
                : Optional.of(
                        new NodeClosedException(
                                Outcome.UNKNOWN,
                                "the node stopped before it had given everything away: " + reason.message()
                                        + ". It is a leaving member still: start it again with its data directory, and it goes on"));
    }

    private String whatIsLeft() {
        return requests.node()
                .state()
                .map(state -> "The node goes on leaving; in epoch " + state.epoch() + " " + heldBy(self(), state)
                        + " of its slots are left to move")
                .orElse("");
    }

    private static long heldBy(NodeId node, ClusterState state) {
        long held = 0;
        for (int partition = 0; partition < state.ring().partitions(); partition++) {
            int at = partition;
            held += state.buckets().stream()
                    .filter(bucket -> state.slots(bucket, at).isReader(node))
                    .count();
        }
        return held;
    }
}
