package io.whorl.core.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Quorums;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Nodes that stay away, or come back with less, while moves wait for them. */
class AbsenceTest {
    private static final long SECOND = 1_000 * World.MILLISECOND;

    private final World world = new World(11);
    private List<TestNode> nodes;
    private BucketDefinition bucket;

    private void found(int count, BucketOptions options) {
        for (int i = 0; i < count; i++) {
            world.node(i).options = builder -> builder.excludeAfter(SECOND);
        }
        nodes = world.cluster(count);
        bucket = nodes.get(0).bucket("b", options);
        world.run(3_000);
    }

    private static BucketOptions strict(int replicas) {
        return BucketOptions.builder()
                .replicas(replicas)
                .readQuorum(2)
                .writeQuorum(2)
                .quorums(Quorums.STRICT)
                .build();
    }

    private void change(TestNode by, Change change) {
        Answer<ClusterState> answer = new Answer<>();
        by.node.change(change, 10 * SECOND, answer);
        world.until(answer::ended);
        assertThat(answer.failure).isNull();
    }

    private ClusterState state(TestNode node) {
        return node.node.state().orElseThrow();
    }

    private String keyOf(int partition) {
        int partitions = state(nodes.get(0)).ring().partitions();
        int i = 0;
        while (KeyHash.partition(KeyHash.of(TestNode.bytes("k" + i)), partitions) != partition) {
            i++;
        }
        return "k" + i;
    }

    private Optional<Move> move(TestNode seenBy, Move.Phase phase, NodeId outgoing) {
        return state(seenBy).layout().moves().stream()
                .filter(move -> move.phase() == phase
                        && move.outgoing().filter(outgoing::equals).isPresent())
                .findFirst();
    }

    @Test
    void writes_go_on_when_the_holder_whose_slot_is_given_up_dies() {
        found(3, strict(3));
        TestNode lost = nodes.get(2);
        NodeId lostId = lost.id();
        world.loses = message -> message.is(MoveMessage.class);
        change(nodes.get(0), new Change.ChangeBucket("b", strict(2)));
        world.until(() -> move(nodes.get(0), Move.Phase.REMOVING, lostId).isPresent());
        int partition =
                move(nodes.get(0), Move.Phase.REMOVING, lostId).orElseThrow().partition();
        lost.kill();
        world.until(() -> move(nodes.get(0), Move.Phase.REMOVING, lostId).isEmpty());
        world.run(1_000);
        assertThat(nodes.get(0).put(bucket, keyOf(partition), "v").failure).isNull();
        world.loses = message -> false;
        lost.start();
        world.until(() -> state(nodes.get(0)).layout().resizings().isEmpty()
                && state(nodes.get(0)).layout().moves().isEmpty());
    }

    /** Nobody else has what it wrote last: what it does not open it cannot hand on, and would take for dropped. */
    @Test
    void what_an_excluded_holder_kept_is_handed_on_when_it_retires_after_a_restart() {
        found(4, strict(3));
        TestNode away = nodes.get(3);
        NodeId awayId = away.id();
        world.loses = message -> message.from() == away
                && (message.is(ReplicaMessage.class)
                        || message.is(RepairMessage.class)
                        || message.is(HintMessage.class));
        List<String> keys = new ArrayList<>();
        for (int partition = 0; partition < state(away).ring().partitions(); partition++) {
            if (state(away).slots(bucket, partition).isReader(awayId)) {
                keys.add(keyOf(partition));
                away.put(bucket, keyOf(partition), "only here");
            }
        }
        away.kill();
        world.loses = message -> message.is(MoveMessage.Told.class);
        change(nodes.get(0), new Change.Leave(awayId));
        world.until(() -> move(nodes.get(0), Move.Phase.EXCLUDED, awayId).isPresent());
        int excluded =
                move(nodes.get(0), Move.Phase.EXCLUDED, awayId).orElseThrow().partition();
        away.start();
        world.until(() -> away.ready && move(away, Move.Phase.EXCLUDED, awayId).isPresent());
        away.kill();
        away.start();
        world.until(() -> away.ready);
        assertThat(away.replicas()).noneMatch(each -> each.replica().partition() == excluded);

        world.loses = message -> false;
        world.until(() -> state(nodes.get(0)).member(awayId).isEmpty());
        assertThat(keys)
                .isNotEmpty()
                .allSatisfy(
                        key -> assertThat(nodes.get(0).values(bucket, key, 2)).containsExactly("only here"));
    }

    @Test
    void a_leaving_node_goes_when_its_last_hint_has_gone_after_everything_else() {
        found(
                4,
                BucketOptions.builder().replicas(2).readQuorum(1).writeQuorum(1).build());
        TestNode leaving = nodes.get(3);
        TestNode target = nodes.get(2);
        NodeId leavingId = leaving.id();
        target.kill();
        world.run(500);
        for (int i = 0; i < 60; i++) {
            leaving.put(bucket, "k" + i, "v" + i);
        }
        world.loses = message -> message.is(HintMessage.HandOver.class);
        target.start();
        world.until(() -> target.ready);
        assertThat(leaving.node.hintBudget().bytes()).isPositive();
        change(nodes.get(0), new Change.Leave(leavingId));
        world.until(() -> state(nodes.get(0)).layout().goal().isEmpty()
                && state(nodes.get(0)).layout().moves().isEmpty()
                && state(nodes.get(0)).layout().retiring().isEmpty());
        world.run(5_000);
        assertThat(state(nodes.get(0)).member(leavingId)).isPresent();
        world.loses = message -> false;
        world.until(() -> state(nodes.get(0)).member(leavingId).isEmpty());
    }

    @Test
    void a_node_that_leaves_keeps_no_hint_for_one_who_does_not_know_that_it_does() {
        found(
                4,
                BucketOptions.builder().replicas(2).readQuorum(1).writeQuorum(1).build());
        TestNode leaving = nodes.get(3);
        world.loses = message -> message.is(MoveMessage.class);
        change(nodes.get(0), new Change.Leave(leaving.id()));
        world.run(500);
        leaving.hears(
                nodes.get(0),
                new Envelope(
                        0,
                        state(nodes.get(0)).epoch(),
                        new HintMessage.Keep(
                                77,
                                new ReplicaId(bucket.number(), 0),
                                bucket.fingerprint(),
                                nodes.get(1).id(),
                                TestNode.bytes("k"),
                                Record.empty(),
                                DotSet.empty(),
                                DotSet.empty(),
                                SECOND)));
        world.run(500);
        assertThat(world.sent)
                .anyMatch(message -> message.from() == leaving
                        && message.envelope().message() instanceof ReplicaMessage.Refuse refuse
                        && refuse.reason() == Refusal.CLOSING);
        assertThat(leaving.node.hintBudget().bytes()).isZero();
    }

    @Test
    void a_replica_that_is_behind_and_a_slot_that_is_rebuilt_from_it_do_not_wait_for_each_other() {
        found(4, strict(3));
        for (int i = 0; i < 30; i++) {
            assertThat(nodes.get(0).put(bucket, "k" + i, "v" + i).failure).isNull();
        }
        world.run(10_000);
        TestNode lost = nodes.get(3);
        NodeId lostId = lost.id();
        lost.kill();
        world.run(1_000);
        world.loses = message -> message.is(MoveMessage.class);
        change(nodes.get(0), new Change.Remove(lostId));
        world.until(() -> move(nodes.get(0), Move.Phase.EXCLUDED, lostId).isPresent());
        nodes.get(2).crash();
        nodes.get(2).start();
        world.until(() -> nodes.get(2).ready);
        world.loses = message -> false;
        world.until(() -> state(nodes.get(0)).layout().goal().isEmpty()
                && state(nodes.get(0)).layout().moves().isEmpty());
        world.run(5_000);
        for (int i = 0; i < 30; i++) {
            assertThat(nodes.get(2).values(bucket, "k" + i, 3)).containsExactly("v" + i);
        }
    }
}
