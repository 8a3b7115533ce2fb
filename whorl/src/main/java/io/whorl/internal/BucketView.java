package io.whorl.internal;

import io.whorl.api.Holder;
import io.whorl.api.ReadOptions;
import io.whorl.api.Resolver;
import io.whorl.api.UnresolvedSiblingsException;
import io.whorl.api.WriteOptions;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.message.Write;
import io.whorl.core.node.Node;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a handle of a bucket knows, and everything about requests that does not depend on whether the caller waits.
 *
 * @param requests the way to the node
 * @param cluster the cluster's number, for contexts
 * @param definition the bucket as the cluster agreed on it
 * @param encoding codecs and limits
 * @param resolver the handle's own resolver, if it has one
 * @param defaultNanos the node's request timeout
 */
record BucketView<K, V>(
        Requests requests,
        long cluster,
        BucketDefinition definition,
        Encoding<K, V> encoding,
        Optional<Resolver<V>> resolver,
        ReadOptions reading,
        WriteOptions writing,
        long defaultNanos) {

    BucketView<K, V> resolvedBy(Resolver<V> other) {
        return new BucketView<>(
                requests, cluster, definition, encoding, Optional.of(other), reading, writing, defaultNanos);
    }

    BucketView<K, V> with(ReadOptions other) {
        return new BucketView<>(requests, cluster, definition, encoding, resolver, other, writing, defaultNanos);
    }

    BucketView<K, V> with(WriteOptions other) {
        return new BucketView<>(requests, cluster, definition, encoding, resolver, reading, other, defaultNanos);
    }

    /** How this handle reads, with so much time left. */
    RequestOptions reading(long nanos) {
        return new RequestOptions(reading.quorum().orElse(0), reading.quorums(), nanos);
    }

    /** How this handle writes, with so much time left. */
    RequestOptions writing(long nanos) {
        return new RequestOptions(
                writing.quorum().orElse(0),
                writing.quorums(),
                nanos,
                writing.zones().orElse(1));
    }

    long readNanos() {
        return reading.timeout().isPresent() ? reading.timeout().get().toNanos() : defaultNanos;
    }

    long writeNanos() {
        return writing.timeout().isPresent() ? writing.timeout().get().toNanos() : defaultNanos;
    }

    ContextBinding binding(byte[] key) {
        return ContextBinding.of(cluster, definition.number(), key);
    }

    /** The write that stores a value over what {@code context} has seen; null for what the coordinator holds. */
    Write put(V value, DotSet context) {
        return new Write(encoding.value(value), context, 0);
    }

    /** The write that removes what {@code context} has seen; null for what the coordinator holds. */
    Write delete(DotSet context) {
        return new Write(null, context, 0);
    }

    Fetched<V> fetched(byte[] key, ReadResult result) {
        return new Fetched<>(encoding.decode(result.siblings()), binding(key).context(result.history()));
    }

    /** One value for all siblings. */
    Optional<V> reduce(ReadResult result) {
        if (result.siblings().size() > 1 && resolver.isEmpty()) {
            // The latest stands first: the others need not be decoded.
            return Optional.of(encoding.decode(result.siblings().subList(0, 1)).get(0));
        }
        List<V> values = encoding.decode(result.siblings());
        if (values.size() < 2) {
            return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
        }
        return Optional.of(Objects.requireNonNull(resolver.get().resolve(values), "the resolver returned null"));
    }

    /** What an update writes after it has seen this. */
    V apply(ReadResult seen, Function<? super Optional<V>, ? extends V> function) {
        int siblings = seen.siblings().size();
        if (siblings > 1 && resolver.isEmpty()) {
            throw new UnresolvedSiblingsException(
                    siblings,
                    "update met " + siblings + " siblings in bucket '" + definition.name()
                            + "', of which the default resolver would lose all but one; use resolvedBy(...).update(...)");
        }
        return Objects.requireNonNull(
                function.apply(reduce(seen)), "the function of update returned null; use delete to remove a key");
    }

    List<Holder> holders(byte[] key) {
        if (requests.isClosed()) {
            throw requests.refusal();
        }
        Node node = requests.node();
        ClusterState state = node.state().orElseThrow();
        int partition = KeyHash.partition(KeyHash.of(key), state.ring().partitions());
        List<Holder> holders = new ArrayList<>();
        for (var id : state.ring().primaries(partition, definition.options().replicas())) {
            String address = state.member(id).orElseThrow().address().toString();
            holders.add(new Holder(id.toString(), address, id.equals(node.id()), node.isReachable(id)));
        }
        return List.copyOf(holders);
    }
}
