package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NewLineTest {
    private static final int CASES = 200;

    @Test
    void survivors_hold_what_they_held_and_the_rest_is_to_be_rebuilt_on_them() {
        for (int each = 0; each < CASES; each++) {
            SplittableRandom random = new SplittableRandom(each);
            ClusterState before = state(random);
            List<NodeId> survivors = before.members().stream()
                    .map(Member::id)
                    .filter(id -> random.nextInt(3) > 0)
                    .toList();
            if (survivors.isEmpty()) {
                continue;
            }
            ClusterState after = NewLine.after(before, survivors, 77).orElseThrow();

            assertThat(ClusterState.decode(after.encode())).isEqualTo(after);
            assertThat(after.line()).isEqualTo(77);
            assertThat(after.epoch()).isEqualTo(before.epoch() + NewLine.JUMP);
            assertThat(survivors).containsAll(after.voters());
            assertThat(after.members().stream()
                            .filter(member -> member.status() == Member.Status.ACTIVE)
                            .map(Member::id))
                    .isEqualTo(survivors);
            for (Member member : before.members()) {
                assertThat(after.removed().contains(member.id())).isEqualTo(!survivors.contains(member.id()));
            }
            for (BucketDefinition bucket : before.buckets()) {
                for (int partition = 0; partition < before.ring().partitions(); partition++) {
                    List<NodeId> held =
                            new ArrayList<>(before.slots(bucket, partition).readers());
                    held.retainAll(survivors);
                    assertThat(after.slots(bucket, partition).readers()).containsExactlyInAnyOrderElementsOf(held);
                    assertThat(after.layout().changed(partition)).isEqualTo(after.epoch());
                }
            }
            ChangePlan plan = ChangePlan.of(after, new Change.Leave(new NodeId(-1)));
            assertThat(plan.judgement()).isInstanceOf(Change.Refused.class);
        }
    }

    @Test
    void nobody_founds_a_line_without_an_active_member() {
        ClusterState state = state(new SplittableRandom(1));
        NodeId first = state.members().get(0).id();
        ClusterState leaving = state.after(new Change.Leave(first)).state();
        assertThat(NewLine.after(leaving, List.of(first), 77)).isEmpty();
        assertThat(NewLine.after(state, List.of(), 77)).isEmpty();
    }

    private static ClusterState state(SplittableRandom random) {
        List<Member> members = new ArrayList<>();
        for (int i = random.nextInt(2, 8); i > 0; i--) {
            members.add(Member.of(new NodeId(random.nextLong() | 1), new Address("n" + i, 7701)));
        }
        return ClusterState.found(
                new ClusterId(7),
                "line",
                members,
                16,
                List.of(new BucketDefinition(
                        1,
                        "b",
                        BucketOptions.builder().replicas(random.nextInt(1, 5)).build())));
    }
}
