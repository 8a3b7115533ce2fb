package io.whorl.core.handoff;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Five nodes with three copies: a coordinator that says what is to be kept, a fallback that keeps it, and the target. The hints carry
 * writes that are nowhere else, so that only they can bring them to the target.
 */
final class FallbackCluster {
    private static final int PARTITIONS = 8;

    final World world;
    TestNode coordinator;
    TestNode fallback;
    TestNode target;
    BucketDefinition bucket;
    private List<TestNode> nodes;
    private long requests = 1_000_000;

    record Kept(long request, ReplicaId replica) {}

    FallbackCluster(World world) {
        this.world = world;
    }

    void start(UnaryOperator<NodeOptions.Builder> options) {
        start(options, BucketOptions.defaults());
    }

    void start(UnaryOperator<NodeOptions.Builder> options, BucketOptions bucketOptions) {
        for (int i = 0; i < 5; i++) {
            world.node(i).options = options;
        }
        nodes = world.cluster(5);
        bucket = nodes.get(0).bucket("b", bucketOptions);
        world.run(100);
        target = nodes.get(4);
        fallback = nodes.get(3);
        coordinator = nodes.get(2);
    }

    ReplicaId replica(String key) {
        return new ReplicaId(bucket.number(), KeyHash.partition(KeyHash.of(TestNode.bytes(key)), PARTITIONS));
    }

    private boolean isHeldBy(TestNode node, int partition) {
        return coordinator.node.state().orElseThrow().ring().isPrimary(node.id(), partition, 3);
    }

    /** The key with a suffix that makes it one which the target holds, and the fallback does not. */
    String key(String prefix) {
        for (int i = 0; ; i++) {
            String key = i == 0 ? prefix : prefix + "-" + i;
            int partition = replica(key).partition();
            if (isHeldBy(target, partition) && !isHeldBy(fallback, partition)) {
                return key;
            }
        }
    }

    String keyOfAnotherPartition(String prefix) {
        return another(prefix, false);
    }

    String keyOfTheSamePartition(String prefix) {
        return another(prefix, true);
    }

    private String another(String prefix, boolean same) {
        ReplicaId first = replica(key(prefix));
        for (int i = 0; ; i++) {
            String candidate = "other" + i;
            if (key(candidate).equals(candidate) && replica(candidate).equals(first) == same) {
                return candidate;
            }
        }
    }

    /** Has the fallback keep a write for the target that nobody else knows: the {@code number}-th of its actor, of value {@code vN}. */
    Kept keep(String prefix, long number) {
        return keep(
                prefix,
                HintFixtures.record(HintFixtures.dot(number), "v" + number),
                DotSet.of(HintFixtures.dot(number)));
    }

    Kept keep(String prefix, Record record, DotSet announced) {
        String key = key(prefix);
        ReplicaId id = replica(key);
        long request = requests++;
        say(
                fallback,
                new HintMessage.Keep(
                        request,
                        id,
                        bucket.fingerprint(),
                        target.id(),
                        TestNode.bytes(key),
                        record,
                        DotSet.empty(),
                        announced,
                        0));
        world.run(10);
        return new Kept(request, id);
    }

    /** The coordinator says something to a node. */
    void say(TestNode to, ReplicaMessage message) {
        long epoch = coordinator.node.state().orElseThrow().epoch();
        world.deliver(new Sent(coordinator, coordinator.node.run(), to, new Envelope(to.node.run(), epoch, message)));
    }

    /** How many hints the fallback has, of all that can be read. */
    long hints() {
        return fallback.node.hintBudget().targets().stream()
                .mapToLong(HintBudget.TargetHints::count)
                .sum();
    }

    List<String> valuesAtTarget(String prefix) {
        byte[] key = TestNode.bytes(key(prefix));
        return target.replicas().stream()
                .filter(replica -> replica.replica().equals(replica(key(prefix))))
                .flatMap(replica -> replica.records().stream())
                .filter(record -> Arrays.equals(record.key(), key))
                .map(ReplicaSnapshot.KeyedRecord::record)
                .flatMap(record -> HintFixtures.values(record).stream())
                .toList();
    }

    /** Stores something at the target that no version has written, as a record of this replica, for it to be met at a step. */
    void damageTarget(ReplicaId id) {
        byte[] key = TestNode.bytes(key("k1"));
        byte[] at = ByteBuffer.allocate(12 + key.length)
                .putLong(id.bucket())
                .putInt(id.partition())
                .put(key)
                .array();
        target.storage.entries(Space.RECORDS).put(new ByteKey(at), new byte[] {1, 2, 3, 4, 5, 6});
    }

    List<Refusal> refusals() {
        return answers(ReplicaMessage.Refuse.class).stream()
                .map(ReplicaMessage.Refuse::reason)
                .toList();
    }

    /** What the fallback has answered to the coordinator. */
    <T> List<T> answers(Class<T> kind) {
        NodeId asker = coordinator.id();
        return world.sent.stream()
                .filter(sent -> sent.from() == fallback && sent.to().id().equals(asker) && sent.is(kind))
                .map(sent -> kind.cast(sent.envelope().message()))
                .toList();
    }
}
