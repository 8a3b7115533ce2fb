package io.whorl.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final int SEEDS = 2_000;

    @Test
    void the_verdict_follows_from_who_answered_first_with_what_and_never_changes_again() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<NodeId> asked = nodes(random.nextInt(1, 8));
            int required = random.nextInt(1, 9);
            Tally tally = Tally.of(required, asked);
            TreeSet<NodeId> acknowledged = new TreeSet<>();
            TreeSet<NodeId> failed = new TreeSet<>();
            Verdict decided = Verdict.WAITING;
            for (int step = 0; step < 20; step++) {
                NodeId node = new NodeId(random.nextInt(1, 10));
                boolean good = random.nextBoolean();
                if (asked.contains(node) && !acknowledged.contains(node) && !failed.contains(node)) {
                    (good ? acknowledged : failed).add(node);
                }
                tally = good ? tally.acknowledge(node) : tally.fail(node);
                int left = asked.size() - acknowledged.size() - failed.size();
                Verdict expected = acknowledged.size() >= required
                        ? Verdict.SATISFIED
                        : acknowledged.size() + left < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
                assertThat(tally.verdict()).as("seed %d, step %d", seed, step).isEqualTo(expected);
                assertThat(tally.acknowledged()).isEqualTo(acknowledged.size());
                assertThat(tally.failed()).isEqualTo(failed.size());
                if (decided != Verdict.WAITING) {
                    assertThat(tally.verdict()).isEqualTo(decided);
                }
                decided = tally.verdict();
            }
        }
    }

    @Test
    void a_node_that_was_not_asked_or_has_answered_changes_nothing() {
        Tally tally = Tally.of(1, nodes(2)).fail(new NodeId(1));
        assertThat(tally.acknowledge(new NodeId(1))).isSameAs(tally);
        assertThat(tally.fail(new NodeId(7))).isSameAs(tally);
        assertThat(tally.outstanding()).containsExactly(new NodeId(2));
    }

    @Test
    void more_than_were_asked_is_impossible_from_the_beginning() {
        assertThat(Tally.of(3, nodes(2)).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    }

    @Test
    void nothing_cannot_be_required() {
        assertThatThrownBy(() -> Tally.of(0, nodes(1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<NodeId> nodes(int count) {
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            nodes.add(new NodeId(i));
        }
        return nodes;
    }
}
