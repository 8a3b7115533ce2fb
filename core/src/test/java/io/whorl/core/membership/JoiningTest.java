package io.whorl.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How nodes come into a running cluster, move within it, and go. */
class JoiningTest {
    private World world = new World(5);

    @Test
    void a_node_that_finds_a_cluster_is_taken_in_and_knows_its_buckets() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        TestNode joiner = joining(3, nodes);
        joiner.start();
        world.until(() -> joiner.ready);

        assertThat(stateOf(joiner).member(joiner.id())).isPresent();
        assertThat(stateOf(joiner).bucket("b")).contains(bucket);
        assertThat(joiner.put(bucket, "k", "v").failure).isNull();
        assertThat(nodes.get(1).values(bucket, "k", 2)).containsExactly("v");
    }

    @Test
    void several_come_at_once_while_messages_are_lost_and_all_end_in_one_state() {
        for (int seed = 0; seed < 10; seed++) {
            world = new World(seed);
            List<TestNode> nodes = new ArrayList<>(world.cluster(3));
            world.loses = message ->
                    message.is(ClusterMessage.class) && world.random().nextInt(4) == 0;
            world.jitter = (int) (10 * World.MILLISECOND);
            for (int i = 3; i < 6; i++) {
                TestNode joiner = joining(i, nodes.subList(0, 3));
                nodes.add(joiner);
                joiner.start();
            }
            world.until(() -> nodes.stream().allMatch(node -> node.ready));
            world.loses = message -> false;
            world.until(() -> nodes.stream()
                    .allMatch(node -> stateOf(node).equals(stateOf(nodes.get(0)))
                            && stateOf(node).members().size() == 6));
            assertThat(stateOf(nodes.get(0)).voters()).hasSize(5);
        }
    }

    @Test
    void a_joiner_that_crashes_on_its_way_comes_in_when_it_is_back() {
        for (int moment = 0; moment < 120; moment += 4) {
            world = new World(moment);
            List<TestNode> nodes = world.cluster(3);
            TestNode joiner = joining(3, nodes);
            joiner.start();
            world.run(moment);
            joiner.crash();
            world.run(500);
            joiner.start();
            world.until(() -> joiner.ready);
            assertThat(stateOf(joiner).member(joiner.id())).isPresent();
            assertThat(joiner.stopReason).isNull();
        }
    }

    @Test
    void at_the_address_of_a_lost_member_its_successor_takes_its_place() {
        List<TestNode> nodes = world.cluster(3);
        TestNode lost = nodes.get(2);
        NodeId before = lost.id();
        TestStorage old = lost.storage;
        lost.kill();
        lost.storage = new TestStorage();
        lost.start();
        world.until(() -> lost.ready);

        assertThat(lost.id()).isNotEqualTo(before);
        assertThat(active(stateOf(nodes.get(0)))).contains(lost.id()).doesNotContain(before);
        assertThat(stateOf(nodes.get(0)).voters()).contains(lost.id()).doesNotContain(before);

        // Whoever comes with what was believed lost learns that it is no member any more.
        TestNode returned = joining(7, nodes);
        returned.storage = old;
        returned.start();
        world.until(() -> returned.stopReason != null);
        assertThat(returned.stopReason).contains(before.toString()).contains("is no member of the cluster 'test'");
    }

    @Test
    void a_successor_that_lost_its_disk_too_is_succeeded_though_the_next_is_told_to_replace_the_first() {
        List<TestNode> nodes = world.cluster(3);
        TestNode lost = nodes.get(2);
        NodeId first = lost.id();
        lost.options = builder -> builder.replaces(first);
        List<NodeId> successors = new ArrayList<>();
        for (int disk = 0; disk < 2; disk++) {
            lost.kill();
            lost.storage = new TestStorage();
            lost.start();
            world.until(() -> lost.ready);
            successors.add(lost.id());
        }

        assertThat(active(stateOf(nodes.get(0))))
                .hasSize(3)
                .contains(successors.get(1))
                .doesNotContain(first, successors.get(0));
    }

    @Test
    void without_a_majority_of_voters_nobody_is_taken_in_and_the_newcomer_says_what_it_waits_for() {
        List<TestNode> nodes = world.cluster(3);
        nodes.get(0).kill();
        nodes.get(1).kill();
        TestNode joiner = joining(3, nodes);
        joiner.start();
        world.run(30_000);
        assertThat(joiner.ready).isFalse();
        assertThat(joiner.waitingFor()).contains("2 of its 3 voters").contains("n0:1");
        nodes.get(0).start();
        world.until(() -> joiner.ready);
    }

    @Test
    void a_member_that_is_removed_stops_and_is_refused_afterwards() {
        List<TestNode> nodes = world.cluster(4);
        TestNode removed = nodes.get(3);
        NodeId id = removed.id();
        Answer<ClusterState> change = nodes.get(0).change(new Change.Remove(id));
        world.until(change::ended);
        assertThat(change.result).isNotNull();
        world.until(() -> removed.stopReason != null);
        assertThat(removed.stopReason).contains(id.toString()).contains("n3:1").contains("empty data directory");

        removed.kill();
        removed.start();
        world.until(() -> removed.stopReason != null);
        assertThat(removed.stopReason).contains("is no member of the cluster");
        world.run(10_000);
        assertThat(nodes.subList(0, 3)).allMatch(node -> node.stopReason == null);
    }

    @Test
    void a_member_that_was_away_while_it_was_removed_learns_it_when_it_is_back() {
        List<TestNode> nodes = world.cluster(4);
        TestNode removed = nodes.get(3);
        NodeId id = removed.id();
        removed.kill();
        Answer<ClusterState> change = nodes.get(1).change(new Change.Remove(id));
        world.until(change::ended);
        world.run(5_000);
        removed.start();
        world.until(() -> removed.stopReason != null);
        assertThat(removed.stopReason).contains("is no member of the cluster");
    }

    @Test
    void a_member_at_another_address_has_it_agreed_on() {
        List<TestNode> nodes = world.cluster(3);
        TestNode moved = joining(6, nodes);
        moved.storage = nodes.get(2).storage;
        nodes.get(2).kill();
        moved.start();
        world.until(() -> stateOf(nodes.get(0)).member(moved.id()).stream()
                .anyMatch(member -> member.address().toString().equals("n6:1")));
        world.until(() -> stateOf(moved).equals(stateOf(nodes.get(0))));
        assertThat(stateOf(moved).members()).hasSize(3);
    }

    @Test
    void a_change_that_does_not_fit_is_refused_with_the_reason_at_whatever_node() {
        List<TestNode> nodes = world.cluster(3);
        for (TestNode node : nodes) {
            Answer<ClusterState> change = node.change(new Change.Leave(new NodeId(77)));
            world.until(change::ended);
            assertThat(change.failure.kind()).isEqualTo(Kind.CHANGE_REFUSED);
            assertThat(change.failure.detail()).contains(new NodeId(77).toString());
        }
    }

    @Test
    void changes_asked_for_everywhere_share_epochs_and_are_all_made() {
        List<TestNode> nodes = world.cluster(5);
        List<Answer<ClusterState>> answers = new ArrayList<>();
        for (TestNode node : nodes) {
            for (TestNode other : nodes) {
                answers.add(node.change(new Change.Reweigh(other.id(), 7)));
            }
        }
        world.until(() -> answers.stream().allMatch(Answer::ended));
        assertThat(answers).allMatch(answer -> answer.result != null);
        assertThat(stateOf(nodes.get(0)).members()).allMatch(member -> member.weight() == 7);
    }

    @Test
    void a_full_disk_promises_nothing_and_the_others_go_on() {
        List<TestNode> nodes = world.cluster(3);
        int sent = world.sent.size();
        nodes.get(0).storage.full = true;
        Answer<ClusterState> change =
                nodes.get(1).change(new Change.Reweigh(nodes.get(1).id(), 3));
        world.until(change::ended);
        assertThat(change.result).isNotNull();
        assertThat(world.sent.subList(sent, world.sent.size()))
                .noneMatch(message -> message.from() == nodes.get(0)
                        && (message.is(AgreementMessage.Promise.class) || message.is(AgreementMessage.Consent.class)));
        nodes.get(0).storage.full = false;
        world.until(() -> stateOf(nodes.get(0)).equals(stateOf(nodes.get(1))));
    }

    private TestNode joining(int number, List<TestNode> contacts) {
        return world.node(number).contacts(contacts.toArray(TestNode[]::new));
    }

    private static ClusterState stateOf(TestNode node) {
        return node.node.state().orElseThrow();
    }

    private static List<NodeId> active(ClusterState state) {
        return state.members().stream()
                .filter(member -> member.status() == Member.Status.ACTIVE)
                .map(Member::id)
                .toList();
    }
}
