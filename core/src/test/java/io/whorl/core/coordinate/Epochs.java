package io.whorl.core.coordinate;

import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Cluster states that a test makes, and how the nodes learn of them. */
final class Epochs {
    /** Nobody gets to know whether a move could end, nor gets a change agreed on. */
    static final Predicate<Sent> PROGRESS = message ->
            message.is(MoveMessage.class) || message.is(ChangeMessage.class) || message.is(AgreementMessage.class);

    private final World world;
    private final List<TestNode> nodes;

    Epochs(World world, List<TestNode> nodes) {
        this.world = world;
        this.nodes = nodes;
    }

    /** The state in which the first node that can be found to have a slot gives it away, and one of its slots moves. */
    ClusterState leaving(ClusterState state) {
        for (TestNode node : nodes) {
            ClusterState leaving = state.after(new Change.Leave(node.id())).state();
            for (TestNode driver : nodes) {
                Change.Result begun = leaving.after(new Change.BeginMoves(driver.id(), 1));
                if (begun.judgement() == Change.DONE
                        && !begun.state().layout().moves().isEmpty()) {
                    return begun.state();
                }
            }
        }
        throw new AssertionError("nobody has a slot to give away");
    }

    /** Tells one node, which may tell others; then some time passes. */
    void tell(TestNode node, ClusterState state) {
        TestNode teller =
                nodes.stream().filter(each -> each != node).findFirst().orElseThrow();
        node.hears(teller, new Envelope(0, state.epoch(), new ClusterMessage.State(state)));
        // No message in between makes others ask for it.
        world.run(0);
    }

    void tellAll(ClusterState state) {
        nodes.forEach(node -> tell(node, state));
        world.run(10);
    }

    TestNode node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }

    /** Some key of that partition. */
    String keyOf(int partition) {
        int partitions = nodes.get(0).node.state().orElseThrow().ring().partitions();
        for (int i = 0; ; i++) {
            if (KeyHash.partition(KeyHash.of(TestNode.bytes("k" + i)), partitions) == partition) {
                return "k" + i;
            }
        }
    }

    boolean isState(Sent message) {
        return message.is(ClusterMessage.State.class);
    }

    List<Sent> sentTo(TestNode node, Class<?> kind) {
        return world.sent.stream()
                .filter(message -> message.to() == node && message.is(kind))
                .toList();
    }

    /** Why a node has refused what it was asked. */
    List<Refusal> refusalsOf(TestNode node) {
        return world.sent.stream()
                .filter(message -> message.from() == node && message.is(ReplicaMessage.Refuse.class))
                .map(message -> ((ReplicaMessage.Refuse) message.envelope().message()).reason())
                .toList();
    }

    /** Delivers what somebody else could have sent. */
    void deliver(Sent like, TestNode to, long epoch, Message message) {
        world.deliver(new Sent(like.from(), like.fromRun(), to, new Envelope(0, epoch, message)));
    }

    boolean holds(TestNode node, BucketDefinition bucket, String key) {
        return record(node, bucket, key).isPresent();
    }

    /** How many writes a node's record of the key knows. */
    long dotsOf(TestNode node, BucketDefinition bucket, String key) {
        return record(node, bucket, key)
                .map(found -> (long) found.record().siblings().size())
                .orElse(0L);
    }

    private Optional<ReplicaSnapshot.KeyedRecord> record(TestNode node, BucketDefinition bucket, String key) {
        return node.replicas().stream()
                .filter(replica -> replica.replica().bucket() == bucket.number())
                .flatMap(replica -> replica.records().stream())
                .filter(each -> Arrays.equals(each.key(), TestNode.bytes(key)))
                .findFirst();
    }
}
