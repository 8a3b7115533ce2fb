package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A write whose calling node does not hold the key. */
class ForwardingTest {
    private final World world = new World(5);
    private BucketDefinition bucket;
    private List<TestNode> holders;
    private TestNode caller;

    @BeforeEach
    void found() {
        List<TestNode> nodes = new ArrayList<>(world.cluster(5));
        bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(3_000);
        holders = RequestsTest.holders(nodes, bucket, "k");
        nodes.removeAll(holders);
        caller = nodes.get(0);
    }

    @Test
    void it_is_executed_once_however_often_its_message_arrives() {
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure).isNull();
        Sent forward = forwards().get(0);
        for (int i = 0; i < 5; i++) {
            world.deliver(forward);
        }
        world.run(3_000);
        assertThat(forwards()).hasSize(1);
        assertThat(dots()).isEqualTo(1);
        assertThat(caller.values(bucket, "k", 3)).containsExactly("v");
    }

    @Test
    void a_repeat_of_a_forward_that_came_to_an_earlier_run_is_not_executed_by_the_present_one() {
        caller.put(bucket, "k", "v");
        Sent forward = forwards().get(0);
        caller.put(bucket, "k", "w");
        world.run(2_000);
        forward.to().crash();
        forward.to().start();
        world.run(2_000);
        world.deliver(forward);
        world.run(2_000);
        assertThat(caller.values(bucket, "k", 3)).containsExactly("w");
        assertThat(dots()).isEqualTo(2);
    }

    @Test
    void it_goes_to_another_holder_when_the_first_refuses() {
        for (ByteKey key : holders.get(0).storage.entries(Space.RECORDS).keySet()) {
            assertThat(key).isNull();
        }
        caller.put(bucket, "k", "v");
        flip(holders.get(0));
        Answer<WriteResult> put = caller.put(bucket, "k", "w");
        assertThat(put.failure).isNull();
        List<TestNode> asked = forwards().stream().skip(1).map(Sent::to).toList();
        assertThat(asked).containsExactly(holders.get(0), holders.get(1));
        assertThat(refusals()).contains(Refusal.IN_DOUBT);
        assertThat(caller.values(bucket, "k", 2)).containsExactly("w");
    }

    @Test
    void it_goes_to_another_holder_when_the_first_has_no_room_and_did_nothing() {
        holders.get(0).storage.full = true;
        assertThat(caller.put(bucket, "k", "v").failure).isNull();
        assertThat(forwards().stream().map(Sent::to)).containsExactly(holders.get(0), holders.get(1));
        assertThat(dots()).isEqualTo(1);
    }

    @Test
    void a_strict_one_says_what_the_last_holder_said_when_none_had_room() {
        holders.forEach(holder -> holder.storage.full = true);
        Answer<WriteResult> put = new Answer<>();
        RequestOptions strict = new RequestOptions(0, Optional.of(Quorums.STRICT), 5_000 * World.MILLISECOND);
        caller.node.write(bucket, TestNode.bytes("k"), RequestsTest.put("w"), strict, put);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.STORAGE_FULL);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(forwards()).hasSize(3);
    }

    @Test
    void a_strict_one_fails_when_every_holder_has_refused() {
        caller.put(bucket, "k", "v");
        world.run(100);
        holders.forEach(ForwardingTest::flip);
        Answer<WriteResult> put = new Answer<>();
        RequestOptions strict = new RequestOptions(0, Optional.of(Quorums.STRICT), 5_000 * World.MILLISECOND);
        caller.node.write(bucket, TestNode.bytes("k"), RequestsTest.put("w"), strict, put);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(put.failure.detail()).contains("IN_DOUBT").contains("cannot be read");
    }

    @Test
    void it_does_not_go_to_another_holder_when_the_first_may_have_executed_it() {
        world.loses = message -> message.is(ReplicaMessage.ForwardDone.class);
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        world.loses = message -> false;
        assertThat(forwards()).hasSize(1);
        assertThat(caller.values(bucket, "k", 2)).containsExactly("v");
    }

    @Test
    void its_outcome_is_unknown_when_the_connection_to_its_coordinator_is_lost() {
        world.loses = message -> message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = caller.write(bucket, "k", RequestsTest.put("v"), 0);
        world.run(10);
        forwards().get(0).to().kill();
        world.run(10);
        assertThat(put.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(forwards()).hasSize(1);
    }

    @Test
    void it_goes_to_a_holder_that_can_be_reached() {
        world.cut(caller, holders.get(0));
        assertThat(caller.put(bucket, "k", "v").failure).isNull();
        assertThat(forwards().get(0).to()).isEqualTo(holders.get(1));
    }

    @Test
    void it_is_not_applied_when_no_holder_can_be_reached() {
        world.isolate(caller);
        Answer<WriteResult> put = caller.put(bucket, "k", "v");
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(forwards()).isEmpty();
    }

    @Test
    void a_forward_that_is_too_old_to_judge_has_an_unknown_outcome() {
        world.holds = message -> message.is(ReplicaMessage.Forward.class) && world.held.isEmpty();
        Answer<WriteResult> old = caller.write(bucket, "k", RequestsTest.put("old"), 0);
        world.run(1);
        for (int i = 0; i < ForwardWindow.WIDTH; i++) {
            caller.write(bucket, "k", RequestsTest.put("v"), 1);
            if (i % 512 == 511) {
                world.run(100); // no more at a time than are let in
            }
        }
        world.run(1_000);
        world.release();
        world.run(10);
        assertThat(refusals()).containsExactly(Refusal.TOO_LATE);
        assertThat(old.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(dots()).isEqualTo(ForwardWindow.WIDTH);
    }

    @Test
    void a_quorum_that_is_not_said_is_one_and_does_no_harm() {
        caller.put(bucket, "k", "v");
        Sent sent = forwards().get(0);
        ReplicaMessage.Forward said = (ReplicaMessage.Forward) sent.envelope().message();
        ReplicaMessage.Forward silent = new ReplicaMessage.Forward(
                said.request() + 1,
                said.replica(),
                said.fingerprint(),
                said.key(),
                said.write(),
                0,
                false,
                1_000_000_000L,
                0,
                1);
        world.deliver(new Sent(
                sent.from(),
                sent.fromRun(),
                sent.to(),
                new io.whorl.core.message.Envelope(0, sent.envelope().epoch(), silent)));
        world.run(1_000);
        assertThat(sent.to().stopReason).isNull();
        assertThat(dots()).isEqualTo(2);
    }

    private List<Sent> forwards() {
        return world.sent.stream()
                .filter(message -> message.is(ReplicaMessage.Forward.class))
                .toList();
    }

    private List<Refusal> refusals() {
        return world.sent.stream()
                .filter(message -> message.is(ReplicaMessage.Refuse.class))
                .map(message -> ((ReplicaMessage.Refuse) message.envelope().message()).reason())
                .toList();
    }

    /** How many events all replicas together have seen. */
    private long dots() {
        DotSet all = DotSet.empty();
        for (TestNode holder : holders) {
            for (var replica : holder.replicas()) {
                all = all.join(replica.seen());
            }
        }
        return all.size();
    }

    /** Flips a byte in every record that the node holds. */
    static void flip(TestNode node) {
        node.storage.entries(Space.RECORDS).values().forEach(value -> value[value.length / 2] ^= 1);
    }
}
