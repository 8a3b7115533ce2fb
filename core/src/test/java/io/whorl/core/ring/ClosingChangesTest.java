package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs are frozen, and closed or let go of; and never while who was asked is not who is there. */
class ClosingChangesTest {
    private final ClusterState founded = ClusterState.found(new ClusterId(7), "shop", members(1, 2, 3), 8, List.of());
    private final List<NodeId> all = founded.members().stream().map(Member::id).toList();

    @Test
    void runs_are_frozen_in_one_epoch_and_closed_in_another_under_the_number_of_the_first() {
        ClusterState frozen = made(founded, new Change.FreezeRuns(List.of(9L, 5L), all));
        assertThat(frozen.closings().freeze().orElseThrow().number()).isEqualTo(frozen.epoch());
        assertThat(frozen.closings().newest()).isEqualTo(frozen.epoch());
        assertThat(frozen.closings().number(5)).isEqualTo(frozen.epoch());
        assertThat(frozen.closings().closed().closing(5)).isZero();

        ClusterState closed = made(frozen, new Change.CloseRuns(frozen.epoch()));
        assertThat(closed.closings().freeze()).isEmpty();
        assertThat(closed.closings().closed().closing(5)).isEqualTo(frozen.epoch());
        assertThat(closed.closings().closed().newest()).isEqualTo(frozen.epoch());
        assertThat(ClusterState.decode(frozen.encode())).isEqualTo(frozen);
        assertThat(ClusterState.decode(closed.encode())).isEqualTo(closed);
    }

    @Test
    void changes_that_were_made_already_are_made_once() {
        ClusterState frozen = made(founded, new Change.FreezeRuns(List.of(5L), all));
        assertThat(judged(frozen, new Change.FreezeRuns(List.of(5L), all))).isEqualTo(Change.ALREADY);
        assertThat(judged(frozen, new Change.FreezeRuns(List.of(6L), all))).isInstanceOf(Change.Refused.class);
        assertThat(judged(founded, new Change.CloseRuns(1))).isEqualTo(Change.ALREADY);
        assertThat(judged(founded, new Change.LiftFreeze(1))).isEqualTo(Change.ALREADY);
        ClusterState closed = made(frozen, new Change.CloseRuns(frozen.epoch()));
        assertThat(judged(closed, new Change.CloseRuns(frozen.epoch()))).isEqualTo(Change.ALREADY);
        assertThat(judged(closed, new Change.FreezeRuns(List.of(5L), all))).isEqualTo(Change.ALREADY);
    }

    @Test
    void a_freeze_that_was_lifted_closes_nothing_any_more() {
        ClusterState frozen = made(founded, new Change.FreezeRuns(List.of(5L), all));
        ClusterState lifted = made(frozen, new Change.LiftFreeze(frozen.epoch()));
        assertThat(judged(lifted, new Change.CloseRuns(frozen.epoch()))).isEqualTo(Change.ALREADY);
        assertThat(lifted.closings()).isEqualTo(Closings.NONE);
    }

    @Test
    void nothing_is_frozen_or_closed_where_others_are_members_than_were_asked() {
        assertThat(judged(founded, new Change.FreezeRuns(List.of(5L), all.subList(0, 2))))
                .isInstanceOf(Change.Refused.class);
        ClusterState frozen = made(founded, new Change.FreezeRuns(List.of(5L), all));
        ClusterState joined = made(frozen, new Change.Admit(members(4).get(0), Optional.empty()));
        assertThat(judged(joined, new Change.CloseRuns(frozen.epoch()))).isInstanceOf(Change.Refused.class);
        assertThat(judged(joined, new Change.LiftFreeze(frozen.epoch()))).isEqualTo(Change.DONE);
    }

    @Test
    void the_changes_survive_their_encoding() {
        for (Change change : List.of(
                new Change.FreezeRuns(List.of(5L, -1L), all), new Change.CloseRuns(12), new Change.LiftFreeze(300))) {
            assertThat(Change.decode(change.encode())).isEqualTo(change);
        }
    }

    private static Change.Judgement judged(ClusterState state, Change change) {
        return state.after(change).judgement();
    }

    private static ClusterState made(ClusterState state, Change change) {
        Change.Result result = state.after(change);
        assertThat(result.judgement()).isEqualTo(Change.DONE);
        return result.state();
    }

    private static List<Member> members(int... numbers) {
        List<Member> members = new ArrayList<>();
        for (int number : numbers) {
            members.add(Member.of(new NodeId(number), new Address("n" + number, 1)));
        }
        return members;
    }
}
