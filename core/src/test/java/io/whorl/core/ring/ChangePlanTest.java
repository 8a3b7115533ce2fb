package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Clusters in any state of moving, a change made on paper and then carried out in any order. */
class ChangePlanTest {
    private static final int CASES = 1_000;

    private SplittableRandom random;
    private ClusterState state;
    private int nodes;

    @Test
    void what_happens_is_what_was_planned() {
        int moved = 0;
        for (int each = 0; each < CASES; each++) {
            begin(each);
            disturb();
            Change change = anyChange();
            ChangePlan plan = ChangePlan.of(state, change);
            Change.Result result = state.after(change);
            assertThat(plan.judgement()).as("case " + each).isEqualTo(result.judgement());
            if (result.judgement() instanceof Change.Refused) {
                assertThat(plan.moves()).isEmpty();
                continue;
            }
            // A move that the change itself has ended, or sent another way, is looked at as it is after it.
            state = result.state();
            assertThat(Progress.slotsLeft(state))
                    .as("case " + each)
                    .isEqualTo(plan.moves().size());
            Map<Integer, List<PlannedMove>> expected = new TreeMap<>();
            plan.moves()
                    .forEach(move -> expected.computeIfAbsent(move.partition(), partition -> new ArrayList<>())
                            .add(move));
            assertThat(carryOut()).as("case " + each + ", " + change).isEqualTo(expected);
            assertThat(Progress.slotsLeft(state)).isZero();
            assertThat(state.ring()).isEqualTo(plan.ring());
            assertThat(state.members()).isEqualTo(plan.members());
            assertThat(held()).isEqualTo(plan.after());
            moved += plan.moves().size();
        }
        assertThat(moved).isGreaterThan(CASES);
    }

    @Test
    void a_refused_change_says_why_and_moves_nothing() {
        begin(1);
        ChangePlan plan = ChangePlan.of(state, new Change.Remove(new NodeId(99)));
        assertThat(plan.judgement()).isInstanceOf(Change.Refused.class);
        assertThat(plan.moves()).isEmpty();
        assertThat(plan.before()).isEqualTo(plan.after());
    }

    @Test
    void a_fourth_node_gets_its_share_and_nothing_else_moves() {
        state = ClusterState.found(
                new ClusterId(7),
                "plan",
                List.of(newMember(1), newMember(2), newMember(3)),
                256,
                List.of(new BucketDefinition(1, "b", BucketOptions.defaults())));
        NodeId fourth = newMember(4).id();
        ChangePlan plan = ChangePlan.of(state, new Change.Admit(newMember(4), Optional.empty()));
        assertThat(plan.after())
                .hasSize(4)
                .allSatisfy((node, replicas) -> assertThat(replicas).isEqualTo(192));
        assertThat(plan.moves()).allMatch(PlannedMove::copies);
        assertThat(plan.moves().stream()
                        .filter(move -> move.incoming().equals(Optional.of(fourth)))
                        .count())
                .isEqualTo(192);
        assertThat(plan.copied()).isLessThanOrEqualTo(192 * 12 / 10);
    }

    private void begin(int seed) {
        random = new SplittableRandom(seed);
        nodes = 0;
        List<Member> founders = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            founders.add(newMember(++nodes));
        }
        state = ClusterState.found(new ClusterId(7), "plan", founders, 1 << random.nextInt(5), List.of());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            make(new Change.CreateBucket("b" + i, RingFixtures.anyOptions(random)));
        }
    }

    /** Some changes that are not carried out to their end. */
    private void disturb() {
        for (int i = random.nextInt(4); i > 0; i--) {
            make(anyChange());
            for (int step = random.nextInt(20); step > 0; step--) {
                carryOn(new TreeMap<>());
            }
        }
    }

    private Change anyChange() {
        return switch (random.nextInt(7)) {
            case 0, 1 ->
                new Change.Admit(
                        newMember(++nodes), random.nextInt(3) == 0 ? Optional.of(anyMember()) : Optional.empty());
            case 2 -> new Change.Leave(anyMember());
            case 3 -> new Change.Remove(anyMember());
            case 4 -> new Change.Replace(anyMember(), anyMember());
            case 5 -> new Change.Reweigh(anyMember(), random.nextInt(1, 4));
            default -> resized();
        };
    }

    private Change resized() {
        BucketDefinition bucket =
                state.buckets().get(random.nextInt(state.buckets().size()));
        int replicas = random.nextInt(1, 7);
        return new Change.ChangeBucket(
                bucket.name(),
                new BucketOptions(
                        replicas,
                        random.nextInt(1, replicas + 1),
                        random.nextInt(1, replicas + 1),
                        bucket.options().conflicts(),
                        bucket.options().durability(),
                        bucket.options().quorums()));
    }

    private static Member newMember(int number) {
        return Member.of(new NodeId(new SplittableRandom(number).nextLong() | 1), new Address("n" + number, 7701));
    }

    private NodeId anyMember() {
        return state.members().get(random.nextInt(state.members().size())).id();
    }

    private void make(Change change) {
        state = state.after(change).state();
    }

    private Map<Integer, List<PlannedMove>> carryOut() {
        Map<Integer, List<PlannedMove>> done = new TreeMap<>();
        state.layout().moves().forEach(move -> note(done, move, true));
        for (int idle = 0; idle < 40; ) {
            ClusterState before = state;
            carryOn(done);
            idle = state == before ? idle + 1 : 0;
            if (isAtRest()) {
                break;
            }
        }
        for (int round = 0; round < 2_000 && !isAtRest(); round++) {
            for (Member member : state.members()) {
                begin(member.id(), 2, done);
            }
            state.layout().moves().forEach(move -> make(new Change.FinishMoves(List.of(id(move)))));
            drop();
        }
        assertThat(isAtRest()).isTrue();
        return done;
    }

    private boolean isAtRest() {
        return Progress.isAtRest(state);
    }

    private void carryOn(Map<Integer, List<PlannedMove>> done) {
        List<Move> moves = state.layout().moves();
        switch (random.nextInt(3)) {
            case 0 -> begin(anyMember(), random.nextInt(1, 4), done);
            case 1 -> {
                if (!moves.isEmpty()) {
                    make(new Change.FinishMoves(List.of(id(moves.get(random.nextInt(moves.size()))))));
                }
            }
            default -> drop();
        }
    }

    private static Change.MoveId id(Move move) {
        return new Change.MoveId(move.partition(), move.begun());
    }

    private void begin(NodeId driver, int most, Map<Integer, List<PlannedMove>> done) {
        List<Move> before = state.layout().moves();
        make(new Change.BeginMoves(driver, most));
        state.layout().moves().stream().filter(move -> !before.contains(move)).forEach(move -> note(done, move, false));
    }

    private void note(Map<Integer, List<PlannedMove>> done, Move move, boolean begun) {
        List<NodeId> list = state.ring().preferenceList(move.partition());
        List<Long> buckets = state.buckets().stream()
                .filter(bucket ->
                        SlotView.concerns(move, bucket, state.layout().copies(bucket, move.partition()), list))
                .map(BucketDefinition::number)
                .toList();
        done.computeIfAbsent(move.partition(), partition -> new ArrayList<>())
                .add(new PlannedMove(move.partition(), move.phase(), move.outgoing(), move.incoming(), buckets, begun));
    }

    private void drop() {
        state.layout().retiring().stream()
                .findFirst()
                .ifPresent(each -> make(RingFixtures.dropped(state, each.node(), each.partition())));
        state.members().stream()
                .filter(member -> member.status() == Member.Status.LEAVING)
                .findFirst()
                .ifPresent(member -> make(new Change.Left(member.id())));
    }

    private Map<NodeId, Long> held() {
        Map<NodeId, Long> held = new TreeMap<>();
        state.members().forEach(member -> held.put(member.id(), 0L));
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                state.ring()
                        .primaries(partition, bucket.options().replicas())
                        .forEach(node -> held.merge(node, 1L, Long::sum));
            }
        }
        return held;
    }
}
