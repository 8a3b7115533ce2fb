package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.handoff.HintOptions;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that no holder can coordinate. */
class FallbackCoordinationTest {
    private static final long TIMEOUT = 5_000 * World.MILLISECOND;

    private final World world = new World(12);
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
    void the_calling_node_makes_the_write_when_no_holder_can_be_reached_and_the_holders_get_it_when_they_are_back() {
        allAway();
        TestNode caller = fallbacks.get(1);
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure).isNull();
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(0));
        assertThat(count(caller, Counter.FALLBACK_WRITES)).isEqualTo(1);
        assertThat(count(caller, Counter.WRITES_WITH_FALLBACKS)).isEqualTo(1);
        assertThat(fallbacks.get(2).values(bucket, "k", 2)).containsExactly("v");
        world.heal();
        world.run(60_000);
        for (TestNode holder : holders) {
            assertThat(holder.values(bucket, "k", 1)).as("at %s", holder).containsExactly("v");
        }
    }

    @Test
    void the_callers_context_follows_the_write_and_supersedes_it() {
        allAway();
        TestNode caller = fallbacks.get(0);
        WriteResult first = caller.put(bucket, "k", "1").result;
        Answer<WriteResult> second =
                write(fallbacks.get(2), new Write(TestNode.bytes("2"), first.history(), 0), 2, Quorums.SLOPPY, TIMEOUT);
        world.until(second::ended);
        assertThat(second.failure).isNull();
        assertThat(second.result.timestamp()).isPositive();
        world.heal();
        world.run(60_000);
        for (TestNode holder : holders) {
            assertThat(holder.values(bucket, "k", 3)).containsExactly("2");
        }
    }

    @Test
    void as_many_nodes_have_it_as_are_required_and_each_keeps_it_for_another_holder() {
        allAway();
        Answer<WriteResult> put = write(fallbacks.get(0), RequestsTest.put("v"), 3, Quorums.SLOPPY, TIMEOUT);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(keeps().stream().map(Sent::to)).containsExactly(fallbacks.get(1), fallbacks.get(2));
        TreeSet<NodeId> targets = new TreeSet<>();
        keeps().forEach(sent -> targets.add(((HintMessage.Keep) sent.envelope().message()).target()));
        assertThat(targets).hasSize(2);
        assertThat(fallbacks.get(0).node.hintBudget().targets()).hasSize(3);
    }

    @Test
    void the_calling_node_does_not_count_where_reads_would_not_ask_it() {
        World larger = new World(14);
        List<TestNode> all = larger.cluster(8);
        BucketDefinition wide = all.get(0).bucket("b", BucketOptions.defaults());
        larger.run(3_000);
        List<TestNode> others = Preference.fallbacks(all, wide, "k");
        for (TestNode holder : Preference.holders(all, wide, "k")) {
            others.forEach(fallback -> larger.cut(holder, fallback));
        }
        larger.run(10);
        assertThat(others.get(4).put(wide, "k", "v").failure).isNull();
        assertThat(larger.sent.stream().filter(message -> message.is(HintMessage.Keep.class)))
                .extracting(Sent::to)
                .containsExactly(others.get(0), others.get(1));
        assertThat(others.get(3).values(wide, "k", 2)).containsExactly("v");
    }

    @Test
    void one_node_counts_once_though_it_keeps_the_write_for_all_holders() {
        allAway();
        TestNode caller = fallbacks.get(0);
        world.cut(caller, fallbacks.get(1));
        world.cut(caller, fallbacks.get(2));
        world.run(10);
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(put.failure.count()).isEqualTo(1);
        assertThat(put.failure.detail()).contains("or fallbacks");
        assertThat(caller.node.hintBudget().targets()).isEmpty();
        Answer<WriteResult> one = write(caller, RequestsTest.put("v"), 1, Quorums.SLOPPY, TIMEOUT);
        world.until(one::ended);
        assertThat(one.failure).isNull();
    }

    @Test
    void it_waits_for_its_quorum_and_the_planted_fault_does_not() {
        for (Optional<PlantedBug> bug :
                List.of(Optional.<PlantedBug>empty(), Optional.of(PlantedBug.NODE_COUNTED_TWICE))) {
            TestNode caller = fallbacks.get(0);
            caller.kill();
            bug.ifPresent(planted -> caller.options = builder -> builder.plantedBug(planted));
            caller.start();
            world.run(3_000);
            allAway();
            world.loses = message -> message.is(HintMessage.Keep.class);
            Answer<WriteResult> put = caller.put(bucket, "k", "v");
            world.loses = message -> false;
            assertThat(put.failure == null).isEqualTo(bug.isPresent());
            if (bug.isEmpty()) {
                assertThat(put.failure.kind()).isEqualTo(Kind.TIMED_OUT);
                assertThat(put.failure.count()).isEqualTo(1);
            }
            world.heal();
            world.run(3_000);
        }
    }

    @Test
    void a_strict_write_is_not_coordinated_by_a_fallback() {
        allAway();
        Answer<WriteResult> put = write(fallbacks.get(0), RequestsTest.put("v"), 1, Quorums.STRICT, TIMEOUT);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(count(fallbacks.get(0), Counter.FALLBACK_WRITES)).isZero();
    }

    @Test
    void it_is_made_here_when_all_holders_have_refused() {
        fallbacks.get(0).put(bucket, "k", "v");
        world.run(3_000);
        holders.forEach(ForwardingTest::flip);
        Answer<WriteResult> put = fallbacks.get(0).put(bucket, "k", "w");
        assertThat(put.failure).isNull();
        assertThat(world.count(ReplicaMessage.Forward.class)).isEqualTo(4);
        assertThat(count(fallbacks.get(0), Counter.FORWARDS)).isEqualTo(4);
        assertThat(count(fallbacks.get(0), Counter.FALLBACK_WRITES)).isEqualTo(1);
    }

    @Test
    void a_holder_in_doubt_forwards_and_makes_the_write_as_a_fallback_only_when_it_reaches_no_other() {
        holders.get(0).put(bucket, "k", "v");
        world.run(3_000);
        ForwardingTest.flip(holders.get(0));
        assertThat(holders.get(0).put(bucket, "k", "w").failure).isNull();
        assertThat(world.count(ReplicaMessage.Forward.class)).isEqualTo(1);
        assertThat(count(holders.get(0), Counter.FALLBACK_WRITES)).isZero();
        world.cut(holders.get(0), holders.get(1));
        world.cut(holders.get(0), holders.get(2));
        world.run(10);
        assertThat(holders.get(0).put(bucket, "k", "x").failure).isNull();
        assertThat(count(holders.get(0), Counter.FALLBACK_WRITES)).isEqualTo(1);
        assertThat(holders.get(0).node.hintBudget().targets()).hasSize(2);
    }

    @Test
    void when_nothing_can_be_kept_nothing_was_applied() {
        TestNode caller = fallbacks.get(0);
        caller.kill();
        caller.options = builder -> builder.hints(HintOptions.DEFAULT.withBounds(1, 1));
        caller.start();
        world.run(3_000);
        allAway();
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(put.failure.detail()).contains("HINTS_FULL");
        assertThat(keeps()).isEmpty();
    }

    @Test
    void a_record_that_would_grow_too_large_is_refused_here_too() {
        TestNode caller = fallbacks.get(0);
        caller.kill();
        caller.options = builder -> builder.maxRecordBytes(10);
        caller.start();
        world.run(3_000);
        allAway();
        assertThat(caller.put(bucket, "k", "123456").failure).isNull();
        Write blind = new Write(TestNode.bytes("123456"), io.whorl.core.version.DotSet.empty(), 0);
        Answer<WriteResult> second = write(caller, blind, 1, Quorums.SLOPPY, TIMEOUT);
        world.until(second::ended);
        assertThat(second.failure.kind()).isEqualTo(Kind.VALUE_TOO_LARGE);
        assertThat(second.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void in_a_fsync_bucket_it_counts_once_it_is_on_this_nodes_disk() {
        BucketDefinition synced = nodes.get(0)
                .bucket(
                        "s",
                        BucketOptions.builder().durability(Durability.FSYNC).build());
        world.run(1_000);
        allAway();
        TestNode caller = fallbacks.get(0);
        caller.storage.holdsSyncs = true;
        Answer<WriteResult> put = new Answer<>();
        caller.node.write(
                synced,
                TestNode.bytes("k"),
                RequestsTest.put("v"),
                new RequestOptions(1, Optional.empty(), TIMEOUT),
                put);
        world.run(100);
        assertThat(put.ended()).isFalse();
        caller.storage.finishSyncs();
        world.run(10);
        assertThat(put.result).isNotNull();
    }

    private void allAway() {
        for (TestNode holder : holders) {
            for (TestNode fallback : fallbacks) {
                world.cut(holder, fallback);
            }
        }
        world.run(10);
    }

    private Answer<WriteResult> write(TestNode node, Write write, int quorum, Quorums quorums, long timeout) {
        Answer<WriteResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(quorums), timeout);
        node.node.write(bucket, TestNode.bytes("k"), write, options, answer);
        return answer;
    }

    private static long count(TestNode node, Counter counter) {
        return node.node.meters().get(counter);
    }

    private List<Sent> keeps() {
        return world.sent.stream()
                .filter(message -> message.is(HintMessage.Keep.class))
                .toList();
    }
}
