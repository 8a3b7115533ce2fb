package io.whorl.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bucket is agreed once, and the same everywhere. */
class BucketCreationTest {
    private static final BucketOptions TWO = BucketOptions.builder().replicas(2).build();
    private final World world = new World(8);
    private final List<TestNode> nodes = world.cluster(3);

    @Test
    void any_node_creates_a_bucket_and_all_learn_it() {
        BucketDefinition bucket = nodes.get(2).bucket("b", TWO);
        world.run(100);
        for (TestNode node : nodes) {
            assertThat(node.node.state().orElseThrow().bucket("b")).contains(bucket);
        }
    }

    @Test
    void creating_it_again_finds_the_same_and_other_options_are_refused() {
        BucketDefinition bucket = nodes.get(1).bucket("b", TWO);
        assertThat(nodes.get(2).bucket("b", TWO)).isEqualTo(bucket);
        assertThat(nodes.get(0).bucket("b", TWO)).isEqualTo(bucket);
        for (TestNode node : nodes) {
            Answer<BucketDefinition> other = node.createBucket("b", BucketOptions.defaults());
            world.until(other::ended);
            assertThat(other.failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
            assertThat(other.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(other.failure.detail()).contains("replicas=2").contains("replicas=3");
        }
    }

    @Test
    void creations_at_the_same_moment_agree() {
        List<Answer<BucketDefinition>> same = new ArrayList<>();
        List<Answer<BucketDefinition>> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (TestNode node : nodes) {
                same.add(node.createBucket("same", TWO));
                others.add(node.createBucket("b" + i, BucketOptions.defaults()));
            }
        }
        world.run(1_000);
        assertThat(same).allMatch(answer -> answer.result.equals(same.get(0).result));
        assertThat(others).allMatch(answer -> answer.result != null);
        assertThat(nodes.get(0).node.state().orElseThrow().buckets()).hasSize(5);
    }

    @Test
    void one_voter_of_three_can_be_missing() {
        for (int dead = 0; dead < 3; dead++) {
            nodes.get(dead).kill();
            world.run(10);
            assertThat(nodes.get((dead + 1) % 3).bucket("without-" + dead, TWO)).isNotNull();
            nodes.get(dead).start();
            TestNode back = nodes.get(dead);
            world.until(() -> back.ready
                    && back.node
                            .state()
                            .equals(nodes.get((back == nodes.get(0) ? 1 : 0))
                                    .node
                                    .state()));
        }
    }

    @Test
    void without_a_majority_of_voters_nothing_is_created_and_existing_buckets_go_on() {
        BucketDefinition bucket = nodes.get(1).bucket("b", TWO);
        nodes.get(0).kill();
        nodes.get(2).kill();
        world.run(10);
        Answer<BucketDefinition> late = nodes.get(1).createBucket("late", TWO);
        world.run(10);
        assertThat(late.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(late.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(late.failure.detail())
                .contains("2 of its 3 voters")
                .contains(nodes.get(0).id() + " at n0:1")
                .contains("recoverFrom");
        assertThat(nodes.get(1).bucket("b", TWO)).isEqualTo(bucket);
    }

    @Test
    void a_lost_question_or_answer_ends_by_the_deadline_or_by_what_is_learnt_meanwhile() {
        world.loses = message -> message.is(AgreementMessage.class);
        Answer<BucketDefinition> lost = nodes.get(1).createBucket("lost", TWO);
        world.run(5_001);
        assertThat(lost.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(lost.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        world.loses = message -> message.is(ChangeMessage.Made.class);
        Answer<BucketDefinition> learnt = nodes.get(1).createBucket("learnt", TWO);
        world.run(4_000);
        assertThat(learnt.result.name()).isEqualTo("learnt");
    }

    @Test
    void a_change_is_agreed_on_however_many_messages_are_lost() {
        for (int seed = 0; seed < 20; seed++) {
            World lossy = new World(seed);
            List<TestNode> three = lossy.cluster(3);
            lossy.jitter = (int) (20 * World.MILLISECOND);
            lossy.loses = message ->
                    message.is(ClusterMessage.class) && lossy.random().nextInt(3) == 0;
            List<Answer<BucketDefinition>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(three.get(i % 3).createBucket("b" + i, TWO));
            }
            lossy.run(5_001);
            lossy.loses = message -> false;
            lossy.run(5_000);
            for (TestNode node : three) {
                assertThat(node.stopReason).isNull();
                assertThat(node.node.state()).isEqualTo(three.get(0).node.state());
            }
            assertThat(answers).allMatch(Answer::ended);
            assertThat(answers).as("seed %d", seed).anyMatch(answer -> answer.result != null);
        }
    }

    @Test
    void nobody_promises_consents_or_speaks_of_a_state_before_it_is_on_its_disk() {
        nodes.get(1).storage.holdsSyncs = true;
        nodes.get(2).storage.holdsSyncs = true;
        Answer<BucketDefinition> created = nodes.get(0).createBucket("b", TWO);
        world.run(1_000);
        assertThat(created.ended()).isFalse();
        assertThat(world.sent)
                .noneMatch(message -> message.is(AgreementMessage.Promise.class)
                        || message.is(AgreementMessage.Consent.class)
                        || message.envelope().epoch() > 1);
        nodes.get(1).storage.holdsSyncs = false;
        nodes.get(1).storage.finishSyncs();
        world.until(created::ended);
        assertThat(created.result).isNotNull();
        assertThat(nodes.get(2).node.state().orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void a_node_without_a_cluster_creates_nothing() {
        TestNode alone = world.node(9).contacts(world.node(8), world.node(9));
        alone.start();
        Answer<BucketDefinition> created = alone.createBucket("b", TWO);
        world.run(10);
        assertThat(created.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }
}
