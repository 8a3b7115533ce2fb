package io.whorl.core.closing;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.closing.Survey.Verdict;
import io.whorl.core.message.ClosingMessage.Report;
import io.whorl.core.message.ClosingMessage.Seen;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs may be closed when every member has said so, and all replicas of each partition the same. */
class SurveyTest {
    private final ClusterState state = state();
    private final ReplicaId replica = new ReplicaId(state.buckets().get(0).number(), 3);
    private final List<NodeId> holders = state.replicaNodes(state.buckets().get(0), replica.partition());

    @Test
    void waits_for_every_member() {
        Survey survey = Survey.of(state);
        for (Member member : state.members()) {
            assertThat(survey.verdict()).isEqualTo(Verdict.WAITING);
            assertThat(survey.missing()).contains(member.id());
            survey = survey.with(member.id(), report(true, 5));
        }
        assertThat(survey.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(survey.missing()).isEmpty();
    }

    @Test
    void one_replica_that_differs_is_enough_and_so_is_one_that_says_nothing() {
        assertThat(all(holders.get(1), report(true, 6)).verdict()).isEqualTo(Verdict.UNEQUAL);
        Report nothing = new Report(1, 0, 77, true, List.of());
        assertThat(all(holders.get(2), nothing).verdict()).isEqualTo(Verdict.UNEQUAL);
        NodeId other = state.members().stream()
                .map(Member::id)
                .filter(member -> !holders.contains(member))
                .findFirst()
                .orElseThrow();
        assertThat(all(other, nothing).verdict()).isEqualTo(Verdict.EQUAL);
    }

    @Test
    void who_cannot_tell_ends_it_at_once() {
        assertThat(Survey.of(state).with(holders.get(0), report(false, 5)).verdict())
                .isEqualTo(Verdict.UNEQUAL);
    }

    @Test
    void strangers_are_not_counted_and_present_runs_are_known() {
        Survey survey = Survey.of(state).with(new NodeId(99), report(false, 5));
        assertThat(survey.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(survey.with(holders.get(0), report(true, 5)).isAlive(77)).isTrue();
        assertThat(survey.isAlive(77)).isFalse();
    }

    private Survey all(NodeId odd, Report its) {
        Survey survey = Survey.of(state);
        for (Member member : state.members()) {
            survey = survey.with(member.id(), member.id().equals(odd) ? its : report(true, 5));
        }
        return survey;
    }

    private Report report(boolean fit, long fingerprint) {
        return new Report(1, 0, 77, fit, List.of(new Seen(replica, fingerprint)));
    }

    private static ClusterState state() {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            members.add(Member.of(new NodeId(i), new Address("n" + i, 1)));
        }
        return ClusterState.found(new ClusterId(1), "shop", members, 8, List.of())
                .after(new Change.CreateBucket("b", BucketOptions.defaults()))
                .state();
    }
}
