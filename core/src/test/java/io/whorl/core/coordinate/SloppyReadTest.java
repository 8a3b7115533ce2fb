package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that not all holders answer, or answer slowly. */
class SloppyReadTest {
    private static final long TIMEOUT = 5_000 * World.MILLISECOND;

    private final World world = new World(13);
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
    void holders_alone_are_asked_while_they_can_be_reached() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        int before = world.sent.size();
        assertThat(fallbacks.get(2).values(bucket, "k", 2)).containsExactly("v");
        assertThat(asked(before))
                .as("R of them; the third only if one of these is late")
                .hasSize(2)
                .isSubsetOf(holders);
        assertThat(hedges(fallbacks.get(2))).isZero();
        assertThat(fallbacks.get(2).node.meters().get(Counter.READS_ANSWERED)).isEqualTo(1);
    }

    @Test
    void the_next_node_of_the_list_is_asked_for_one_that_is_gone_and_answers_with_its_hint() {
        holders.get(1).kill();
        world.run(10);
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        world.run(100);
        holders.get(0).kill();
        holders.get(2).kill();
        world.run(10);
        assertThat(fallbacks.get(1).values(bucket, "k", 2)).containsExactly("v");
    }

    @Test
    void a_refusing_holder_is_replaced_and_its_refusal_does_not_count() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        ForwardingTest.flip(holders.get(1));
        int before = world.sent.size();
        assertThat(fallbacks.get(2).values(bucket, "k", 3)).containsExactly("v");
        assertThat(asked(before)).contains(fallbacks.get(0));
    }

    @Test
    void a_lost_connection_is_replaced() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        world.holds = message -> message.to() == holders.get(1) && message.is(ReplicaMessage.Read.class);
        Answer<ReadResult> read = read(fallbacks.get(2), 3, Quorums.SLOPPY);
        world.run(1);
        world.cut(fallbacks.get(2), holders.get(1));
        world.until(read::ended);
        assertThat(read.result.siblings()).hasSize(1);
    }

    @Test
    void a_strict_read_asks_holders_alone_and_says_so() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        holders.get(1).kill();
        world.run(10);
        int before = world.sent.size();
        Answer<ReadResult> two = read(fallbacks.get(2), 2, Quorums.STRICT);
        world.until(two::ended);
        assertThat(two.result.siblings()).hasSize(1);
        assertThat(asked(before)).containsExactlyInAnyOrder(holders.get(0), holders.get(2));
        assertThat(reads(before)).allMatch(ReplicaMessage.Read::strict).allMatch(read -> read.timeoutNanos() > 0);
        Answer<ReadResult> three = read(fallbacks.get(2), 3, Quorums.STRICT);
        world.until(three::ended);
        assertThat(three.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(three.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(three.failure.count()).isEqualTo(2);
    }

    @Test
    void an_answer_from_hints_repairs_the_holders_that_lack_it() {
        for (TestNode holder : holders) {
            for (TestNode fallback : fallbacks) {
                world.cut(holder, fallback);
            }
        }
        world.run(10);
        assertThat(fallbacks.get(0).put(bucket, "k", "v").failure).isNull();
        world.loses = message -> message.is(HintMessage.HandOver.class);
        holders.get(0).kill();
        holders.get(1).kill();
        world.heal();
        world.until(() -> fallbacks.get(0).node.isReachable(holders.get(2).id()));
        assertThat(holders.get(2).values(bucket, "k", 1)).isEmpty();
        assertThat(fallbacks.get(0).values(bucket, "k", 3)).containsExactly("v");
        world.run(10);
        assertThat(holders.get(2).values(bucket, "k", 1)).containsExactly("v");
        assertThat(fallbacks.get(0).node.meters().get(Counter.READ_REPAIRS)).isEqualTo(1);
    }

    @Test
    void values_are_asked_of_another_node_when_the_one_that_was_to_bring_them_is_slow() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        TestNode caller = fallbacks.get(2);
        warm(caller);
        world.holds = message -> message.is(ReplicaMessage.Read.class)
                && ((ReplicaMessage.Read) message.envelope().message()).values()
                && world.held.isEmpty();
        long began = world.now();
        assertThat(caller.values(bucket, "k", 2)).containsExactly("v");
        assertThat(world.held).hasSize(1);
        assertThat(world.now() - began).isLessThan(20 * World.MILLISECOND);
        assertThat(hedges(caller)).isEqualTo(1);
        world.release();
        world.run(10);
    }

    @Test
    void one_node_more_is_asked_when_too_few_have_answered_in_their_usual_time() {
        holders.get(0).put(bucket, "k", "v");
        world.run(1_000);
        TestNode caller = fallbacks.get(2);
        warm(caller);
        world.loses = message -> message.is(ReplicaMessage.Read.class)
                && (message.to() == holders.get(0) || message.to() == holders.get(1));
        long began = world.now();
        assertThat(caller.values(bucket, "k", 2)).containsExactly("v");
        assertThat(world.now() - began).isLessThan(50 * World.MILLISECOND);
        assertThat(hedges(caller)).isBetween(1L, 2L);
    }

    @Test
    void a_busy_lane_does_not_hedge() {
        TestNode caller = fallbacks.get(2);
        caller.kill();
        caller.options = builder -> builder.maxPending(2);
        caller.lanes = 1;
        caller.start();
        world.run(3_000);
        world.loses = message -> message.is(ReplicaMessage.Read.class);
        Answer<ReadResult> first = read(caller, 2, Quorums.SLOPPY);
        world.until(first::ended);
        assertThat(first.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(hedges(caller)).isZero();
    }

    @Test
    void a_read_without_enough_nodes_of_either_kind_says_so() {
        TestNode caller = fallbacks.get(2);
        world.isolate(caller);
        world.run(10);
        Answer<ReadResult> read = read(caller, 2, Quorums.SLOPPY);
        world.until(read::ended);
        assertThat(read.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(read.failure.count()).isEqualTo(1);
        assertThat(caller.values(bucket, "k", 1))
                .as("no holder can answer, and the caller asked for a sloppy quorum")
                .isEmpty();
    }

    /** Lets the caller learn how long the holders usually take. */
    private void warm(TestNode caller) {
        for (int i = 0; i < 30; i++) {
            caller.values(bucket, "k", 3);
        }
        assertThat(hedges(caller)).isZero();
    }

    private Answer<ReadResult> read(TestNode node, int quorum, Quorums quorums) {
        Answer<ReadResult> answer = new Answer<>();
        node.node.read(bucket, TestNode.bytes("k"), new RequestOptions(quorum, Optional.of(quorums), TIMEOUT), answer);
        return answer;
    }

    private static long hedges(TestNode node) {
        return node.node.meters().get(Counter.HEDGES);
    }

    private List<ReplicaMessage.Read> reads(int before) {
        return world.sent.subList(before, world.sent.size()).stream()
                .filter(message -> message.is(ReplicaMessage.Read.class))
                .map(message -> (ReplicaMessage.Read) message.envelope().message())
                .toList();
    }

    private TreeSet<TestNode> asked(int before) {
        TreeSet<TestNode> asked = new TreeSet<>(Comparator.comparing(TestNode::id));
        world.sent.subList(before, world.sent.size()).stream()
                .filter(message -> message.is(ReplicaMessage.Read.class))
                .map(Sent::to)
                .forEach(asked::add);
        return asked;
    }
}
