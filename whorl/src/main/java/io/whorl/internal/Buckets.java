package io.whorl.internal;

import io.whorl.api.Bucket;
import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.ReadOptions;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.WhorlException;
import io.whorl.api.WriteOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Opens and creates buckets. */
final class Buckets {
    private static final long LOOK_AGAIN_NANOS = 1_000_000L;

    private final Requests requests;
    private final NodeSettings settings;
    private final CompletableFuture<ClusterState> admitted;

    Buckets(Requests requests, NodeSettings settings, CompletableFuture<ClusterState> admitted) {
        this.requests = requests;
        this.settings = settings;
        this.admitted = admitted;
    }

    <K, V> Bucket<K, V> open(String name, Codec<K> keys, Codec<V> values) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        requireName(name);
        long deadline = System.nanoTime() + settings.requestTimeout().toNanos();
        ClusterState state = awaitState(deadline);
        BucketDefinition definition = known(name).orElseGet(() -> createWithDefaults(name, deadline));
        return MeasuredBucket.of(new BucketView<>(
                requests,
                state.id().value(),
                definition,
                new Encoding<>(keys, values, settings.maxValueSize()),
                Optional.empty(),
                ReadOptions.defaults(),
                WriteOptions.defaults(),
                settings.requestTimeout().toNanos()));
    }

    void create(String name, BucketOptions options) {
        Objects.requireNonNull(options, "options");
        requireName(name);
        long deadline = System.nanoTime() + settings.requestTimeout().toNanos();
        awaitState(deadline);
        propose(name, options, deadline);
    }

    int acceptLoss(String name, OptionalInt partition) {
        BucketDefinition bucket = known(Objects.requireNonNull(name, "bucket"))
                .orElseThrow(() -> new IllegalArgumentException("this node knows no bucket named '" + name + "'"));
        return requests.<Integer>await(
                "accepting the loss in bucket '" + name + "'",
                settings.requestTimeout().toNanos(),
                (node, callback) -> node.acceptLoss(bucket, partition, callback::succeeded));
    }

    private Optional<BucketDefinition> known(String name) {
        return requests.node().state().flatMap(state -> state.bucket(name));
    }

    private BucketDefinition propose(String name, BucketOptions options, long deadline) {
        long nanos = Math.max(1, deadline - System.nanoTime());
        return requests.<BucketDefinition>await(
                "creating bucket '" + name + "'",
                nanos,
                (node, callback) -> node.createBucket(name, options, nanos, callback));
    }

    /** The bucket may have been created elsewhere with other options meanwhile; this node hears of it soon. */
    private BucketDefinition createWithDefaults(String name, long deadline) {
        try {
            return propose(name, BucketOptions.defaults(), deadline);
        } catch (BucketMismatchException e) {
            Optional<BucketDefinition> found = known(name);
            while (found.isEmpty() && deadline - System.nanoTime() > 0 && !requests.isClosed()) {
                LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new RequestInterruptedException(
                            "opening bucket '" + name + "': the calling thread was interrupted");
                }
                found = known(name);
            }
            return found.orElseThrow(() -> e);
        }
    }

    private ClusterState awaitState(long deadline) {
        requests.requireMayWait();
        if (requests.isClosed()) {
            throw requests.refusal();
        }
        try {
            return admitted.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new QuorumUnavailableException(
                    1, 0, "this node does not belong to a cluster yet; wait for ready() before opening buckets");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestInterruptedException("the calling thread was interrupted while the node was starting");
        } catch (ExecutionException e) {
            WhorlException refusal = requests.refusal();
            refusal.addSuppressed(e.getCause());
            throw refusal;
        }
    }

    private static void requireName(String name) {
        Objects.requireNonNull(name, "name");
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
            throw new IllegalArgumentException("bucket name was \"" + name
                    + "\"; expected 1 to 128 ASCII letters, digits and - . _, beginning with a letter, a digit or _");
        }
    }
}
