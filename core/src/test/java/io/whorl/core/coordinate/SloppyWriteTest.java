package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.handoff.HintOptions;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that not all holders take. */
class SloppyWriteTest {
    private static final long TIMEOUT = 5_000 * World.MILLISECOND;

    private final World world = new World(11);
    private List<TestNode> nodes;
    private BucketDefinition bucket;
    private List<TestNode> holders;
    private List<TestNode> fallbacks;

    @BeforeEach
    void found() {
        nodes = world.cluster(6);
        bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(3_000);
        holders = Preference.holders(nodes, bucket, "k");
        fallbacks = Preference.fallbacks(nodes, bucket, "k");
    }

    @Test
    void while_all_holders_answer_no_fallback_is_asked() {
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        world.run(5_000);
        assertThat(world.count(HintMessage.Keep.class)).isZero();
    }

    @Test
    void for_a_holder_that_is_gone_the_next_node_of_the_list_keeps_a_hint_with_the_writes_dot() {
        holders.get(1).kill();
        world.run(10);
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        List<Sent> keeps = keeps();
        assertThat(keeps).hasSize(1);
        HintMessage.Keep keep = (HintMessage.Keep) keeps.get(0).envelope().message();
        assertThat(keeps.get(0).to()).isSameAs(fallbacks.get(0));
        assertThat(keep.target()).isEqualTo(holders.get(1).id());
        assertThat(keep.announced().size()).isEqualTo(1);
        assertThat(keep.timeoutNanos()).isBetween(1L, TIMEOUT);
        assertThat(holders.get(0).node.meters().get(Counter.WRITES_WITH_FALLBACKS))
                .isEqualTo(1);
        assertThat(holders.get(0).node.meters().get(Counter.WRITES_ACKNOWLEDGED))
                .isEqualTo(1);
    }

    @Test
    void a_hint_is_also_kept_when_the_quorum_is_reached_without_it() {
        holders.get(1).kill();
        world.run(10);
        world.holds = message -> message.is(ReplicaMessage.Acknowledge.class) && message.from() == fallbacks.get(0);
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        world.release();
        world.run(10);
        assertThat(keeps()).hasSize(1);
        assertThat(holders.get(0).node.meters().get(Counter.WRITES_WITH_FALLBACKS))
                .isZero();
    }

    @Test
    void two_holders_that_are_gone_have_two_fallbacks() {
        holders.get(1).kill();
        holders.get(2).kill();
        world.run(10);
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(0), fallbacks.get(1));
    }

    @Test
    void a_strict_write_has_no_fallbacks_and_says_before_anything_is_sent_that_holders_are_missing() {
        holders.get(1).kill();
        holders.get(2).kill();
        world.run(10);
        Answer<WriteResult> put = write(holders.get(0), 2, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.count()).isEqualTo(1);
        assertThat(put.failure.detail()).doesNotContain("or fallbacks").contains("sloppy");
        assertThat(keeps()).isEmpty();
        assertThat(holders.get(0).node.meters().get(Counter.FAILED_QUORUM_UNAVAILABLE))
                .isEqualTo(1);
    }

    @Test
    void a_holder_that_refuses_is_stood_in_for() {
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        world.run(3_000);
        ForwardingTest.flip(holders.get(1));
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.run(20);
        assertThat(put.result).isNotNull();
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(0));
    }

    @Test
    void a_holder_that_is_silent_is_stood_in_for_long_before_the_deadline_and_its_late_answer_does_no_harm() {
        world.holds = message -> message.to() == holders.get(1) && message.is(ReplicaMessage.Replicate.class);
        long began = world.now();
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(world.now() - began).isLessThan(TIMEOUT / 3);
        world.holds = message -> false;
        world.release();
        world.run(100);
        assertThat(holders.get(1).values(bucket, "k", 1)).containsExactly("v");
    }

    @Test
    void a_silent_holder_gets_a_hint_though_the_caller_has_its_answer_already() {
        world.loses = message -> message.to() == holders.get(1) && message.is(ReplicaMessage.Replicate.class);
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        assertThat(keeps()).isEmpty();
        world.run(2_000);
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(0));
    }

    @Test
    void a_fallback_that_refuses_is_replaced_by_the_next_one() {
        fallbacks.get(0).kill();
        fallbacks.get(0).options = builder -> builder.hints(HintOptions.DEFAULT.withBounds(1, 1));
        fallbacks.get(0).start();
        world.run(3_000);
        holders.get(1).kill();
        world.run(10);
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(refusals()).contains(Refusal.HINTS_FULL);
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(0), fallbacks.get(1));
    }

    @Test
    void a_fallback_that_is_lost_or_silent_is_replaced_by_the_next_one() {
        holders.get(1).kill();
        world.run(10);
        world.loses = message -> message.to() == fallbacks.get(0) && message.is(HintMessage.Keep.class);
        world.holds = message -> message.to() == fallbacks.get(1) && message.is(HintMessage.Keep.class);
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(() -> keeps().size() == 2);
        assertThat(put.ended()).isFalse();
        world.cut(holders.get(0), fallbacks.get(1));
        world.run(10);
        assertThat(put.failure).isNull();
        assertThat(put.result).isNotNull();
        assertThat(keeps().stream().map(Sent::to))
                .containsExactly(fallbacks.get(0), fallbacks.get(1), fallbacks.get(2));
    }

    @Test
    void it_fails_as_soon_as_neither_holders_nor_fallbacks_are_left() {
        for (TestNode node : nodes) {
            if (node != holders.get(0) && node != holders.get(1) && node != fallbacks.get(0)) {
                node.kill();
            }
        }
        world.run(10);
        world.holds = message -> message.is(HintMessage.Keep.class) || message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = write(holders.get(0), 3, Quorums.SLOPPY);
        world.run(5);
        world.cut(holders.get(0), fallbacks.get(0));
        world.run(5);
        assertThat(put.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(put.failure.count()).isEqualTo(1);
        assertThat(put.failure.bound()).isEqualTo(3);
    }

    @Test
    void both_sides_of_a_split_write_and_after_it_heals_all_holders_have_both_values() {
        List<TestNode> here = new ArrayList<>(List.of(holders.get(0), fallbacks.get(0), fallbacks.get(1)));
        for (TestNode one : here) {
            for (TestNode other : nodes) {
                if (!here.contains(other)) {
                    world.cut(one, other);
                }
            }
        }
        world.run(10);
        assertThat(here.get(0).put(bucket, "k", "here").failure).isNull();
        assertThat(here.get(1).values(bucket, "k", 2)).containsExactly("here");
        assertThat(holders.get(1).put(bucket, "k", "there").failure).isNull();
        assertThat(fallbacks.get(2).values(bucket, "k", 2)).containsExactly("there");
        world.heal();
        world.run(60_000);
        for (TestNode holder : holders) {
            assertThat(holder.values(bucket, "k", 1)).as("at %s", holder).containsExactlyInAnyOrder("here", "there");
        }
    }

    @Test
    void a_fallback_counts_in_a_strict_write_only_when_that_fault_is_planted() {
        holders.get(0).kill();
        holders.get(0).options = builder -> builder.plantedBug(PlantedBug.FALLBACK_COUNTS_IN_STRICT);
        holders.get(0).start();
        holders.get(1).kill();
        holders.get(2).kill();
        world.run(3_000);
        Answer<WriteResult> put = write(holders.get(0), 2, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.result).isNotNull();
    }

    @Test
    void a_hint_carries_the_dot_also_of_a_delete_except_when_that_fault_is_planted() {
        for (PlantedBug bug : new PlantedBug[] {null, PlantedBug.HINT_WITHOUT_ANNOUNCED}) {
            TestNode coordinator = restarted(holders.get(0), bug, 1 << 16);
            holders.get(1).kill();
            world.run(10);
            int before = keeps().size();
            assertThat(coordinator.delete(bucket, "k").failure).isNull();
            world.run(10);
            HintMessage.Keep keep =
                    (HintMessage.Keep) keeps().get(before).envelope().message();
            assertThat(keep.announced().isEmpty()).isEqualTo(bug != null);
            holders.get(1).start();
            world.run(3_000);
        }
    }

    @Test
    void a_busy_lane_leaves_the_rest_of_an_acknowledged_write_to_anti_entropy() {
        TestNode coordinator = restarted(holders.get(0), null, 2);
        world.holds = message -> message.to() == holders.get(1) && message.is(ReplicaMessage.Replicate.class);
        assertThat(coordinator.put(bucket, "k", "v").failure).isNull();
        world.run(100);
        assertThat(coordinator.node.meters().get(Counter.BACKGROUND_REPLICATIONS_SHED))
                .isEqualTo(1);
        assertThat(keeps()).isEmpty();
        world.run(30_000);
        assertThat(holders.get(1).values(bucket, "k", 1)).containsExactly("v");
    }

    private TestNode restarted(TestNode node, PlantedBug bug, int maxPending) {
        node.kill();
        node.options = builder -> (bug == null ? builder : builder.plantedBug(bug)).maxPending(maxPending);
        node.start();
        world.run(3_000);
        return node;
    }

    private Answer<WriteResult> write(TestNode node, int quorum, Quorums quorums) {
        Answer<WriteResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(quorums), TIMEOUT);
        node.node.write(bucket, TestNode.bytes("k"), new Write(TestNode.bytes("v"), null, 0), options, answer);
        return answer;
    }

    private List<Sent> keeps() {
        return world.sent.stream()
                .filter(message -> message.is(HintMessage.Keep.class))
                .toList();
    }

    private List<Refusal> refusals() {
        return world.sent.stream()
                .filter(message -> message.is(ReplicaMessage.Refuse.class))
                .map(message -> ((ReplicaMessage.Refuse) message.envelope().message()).reason())
                .toList();
    }
}
