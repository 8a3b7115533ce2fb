package io.whorl.benchmarks.sidebyside.contender;

import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Durability;
import io.whorl.api.ReadOptions;
import io.whorl.benchmarks.sidebyside.engine.Completion;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whorl through its public API, with its defaults. A put is the one without a context: it overwrites what its coordinating
 * replica holds, as every other engine's put does, so siblings appear only where puts of one key are under way at once.
 */
final class WhorlEngine implements Engine {
    private static final String BUCKET = "benchmark";

    private final List<Whorl> nodes = new ArrayList<>();
    private final List<Bucket<byte[], byte[]>> buckets = new ArrayList<>();
    private final List<AsyncBucket<byte[], byte[]>> asyncs = new ArrayList<>();

    private WhorlEngine() {}

    /** Three nodes with files, over loopback TCP. */
    static WhorlEngine cluster(Path directory, Durability durability, int readQuorum) {
        WhorlEngine engine = new WhorlEngine();
        engine.startThree(Optional.of(directory));
        engine.openBuckets(options(3).durability(durability).build(), readQuorum);
        return engine;
    }

    /** Three nodes without files, over loopback TCP. */
    static WhorlEngine inMemory() {
        WhorlEngine engine = new WhorlEngine();
        engine.startThree(Optional.empty());
        engine.openBuckets(options(3).build(), 2);
        return engine;
    }

    /** One node with files and without a socket. */
    static WhorlEngine single(Path directory) {
        WhorlEngine engine = new WhorlEngine();
        engine.nodes.add(
                Whorl.builder().dataDirectory(directory.resolve("node-0")).start());
        engine.openBuckets(options(1).build(), 1);
        return engine;
    }

    private static BucketOptions.Builder options(int replicas) {
        return BucketOptions.builder().replicas(replicas);
    }

    private void startThree(Optional<Path> directory) {
        for (int i = 0; i < 3; i++) {
            WhorlBuilder builder = Whorl.builder().listen("127.0.0.1", 0).foundingNodes(3);
            if (i > 0) {
                builder.contactPoints(nodes.get(0).address());
            }
            String name = "node-" + i;
            directory.ifPresent(root -> builder.dataDirectory(root.resolve(name)));
            nodes.add(builder.startAsync());
        }
        for (Whorl node : nodes) {
            node.ready().toCompletableFuture().join();
        }
    }

    private void openBuckets(BucketOptions options, int readQuorum) {
        nodes.get(0).createBucket(BUCKET, options);
        for (Whorl node : nodes) {
            Bucket<byte[], byte[]> bucket = node.bucket(BUCKET, Codec.bytes(), Codec.bytes());
            if (readQuorum != options.readQuorum()) {
                bucket = bucket.with(ReadOptions.quorum(readQuorum));
            }
            buckets.add(bucket);
            asyncs.add(bucket.async());
        }
    }

    @Override
    public void put(int caller, byte[] key, byte[] value) {
        buckets.get(caller % buckets.size()).put(key, value);
    }

    @Override
    public byte[] get(int caller, byte[] key) {
        return buckets.get(caller % buckets.size()).get(key).orElse(null);
    }

    @Override
    public void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        asyncs.get(caller % asyncs.size())
                .put(key, value)
                .whenComplete((context, failure) -> done.completed(null, failure));
    }

    @Override
    public void getAsync(int caller, byte[] key, Completion done) {
        asyncs.get(caller % asyncs.size())
                .get(key)
                .whenComplete((found, failure) -> done.completed(failure == null ? found.orElse(null) : null, failure));
    }

    @Override
    public int siblings(byte[] key) {
        return buckets.get(0).fetch(key).values().size();
    }

    @Override
    public void close() {
        nodes.forEach(Whorl::close);
    }
}
