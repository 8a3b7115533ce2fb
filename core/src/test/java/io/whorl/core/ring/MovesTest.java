package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random walks of members that come and go, of buckets that are created, resized and dropped, and of moves that are carried out
 * by nodes which do what they must before each step; who has a complete replica is tracked on the side.
 */
class MovesTest {
    private static final int WALKS = 300;
    private static final int STEPS = 120;

    private SplittableRandom random;
    private ClusterState state;
    private int nodes;
    /** By bucket and partition the nodes whose replica is complete. */
    private final Map<ReplicaId, TreeSet<NodeId>> complete = new TreeMap<>();

    @Test
    void every_walk_keeps_complete_holders_and_comes_to_rest_at_its_goal() {
        for (int walk = 0; walk < WALKS; walk++) {
            begin(walk);
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                    check();
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            "walk " + walk + ", step " + step + ", "
                                    + state.layout().moves(),
                            e);
                }
            }
            rest(walk);
        }
    }

    @Test
    void the_slots_of_a_lost_holder_are_rebuilt_by_all_others_at_once() {
        random = new SplittableRandom(1);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(newMember());
        }
        state = ClusterState.found(new ClusterId(7), "lost", members, 64, List.of());
        make(new Change.CreateBucket("b", io.whorl.api.BucketOptions.defaults()));
        NodeId lost = members.get(0).id();
        make(new Change.Remove(lost));
        state.members().stream()
                .map(Member::id)
                .filter(node -> !node.equals(lost))
                .forEach(node -> make(new Change.BeginMoves(node, 1)));
        assertThat(state.layout().moves()).hasSizeGreaterThan(2).allMatch(move -> move.phase() == Move.Phase.EXCLUDED);
    }

    private void begin(int walk) {
        random = new SplittableRandom(walk);
        nodes = 0;
        complete.clear();
        List<Member> founders = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            founders.add(newMember());
        }
        state = ClusterState.found(new ClusterId(7), "walk", founders, 1 << random.nextInt(5), List.of());
    }

    private Member newMember() {
        int number = ++nodes;
        return Member.of(new NodeId(random.nextLong() & ~0xffL | number), new Address("n" + number, 7701));
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 4 && state.members().size() < 9) {
            Optional<NodeId> replaced = random.nextInt(3) == 0 ? Optional.of(anyMember()) : Optional.empty();
            make(new Change.Admit(newMember(), replaced));
        } else if (what < 7) {
            make(new Change.Leave(anyMember()));
        } else if (what < 10) {
            make(new Change.Remove(anyMember()));
        } else if (what < 11) {
            make(new Change.Replace(anyMember(), anyMember()));
        } else if (what < 15 && state.buckets().size() < 4) {
            make(new Change.CreateBucket("b" + random.nextInt(1_000), RingFixtures.anyOptions(random)));
        } else if (what < 17 && !state.buckets().isEmpty()) {
            BucketDefinition bucket = anyBucket();
            int replicas = random.nextInt(1, 7);
            make(new Change.ChangeBucket(
                    bucket.name(),
                    new io.whorl.api.BucketOptions(
                            replicas,
                            random.nextInt(1, replicas + 1),
                            random.nextInt(1, replicas + 1),
                            bucket.options().conflicts(),
                            bucket.options().durability(),
                            bucket.options().quorums())));
        } else if (what < 18 && !state.buckets().isEmpty()) {
            make(new Change.DropBucket(anyBucket().number()));
        } else if (what < 45) {
            make(new Change.BeginMoves(anyMember(), random.nextInt(1, 5)));
        } else if (what < 50 && !state.layout().moves().isEmpty()) {
            make(new Change.ExcludeHolder(id(anyMove())));
        } else if (what < 54 && !state.layout().moves().isEmpty()) {
            make(new Change.AbortMove(id(anyMove())));
        } else if (what < 85 && !state.layout().moves().isEmpty()) {
            finish(anyMove());
        } else {
            drop();
        }
    }

    private static Change.MoveId id(Move move) {
        return new Change.MoveId(move.partition(), move.begun());
    }

    private NodeId anyMember() {
        return state.members().get(random.nextInt(state.members().size())).id();
    }

    private BucketDefinition anyBucket() {
        return state.buckets().get(random.nextInt(state.buckets().size()));
    }

    private Move anyMove() {
        return state.layout().moves().get(random.nextInt(state.layout().moves().size()));
    }

    private void make(Change change) {
        assertThat(Change.decode(change.encode())).isEqualTo(change);
        ClusterState before = state;
        Change.Result result = state.after(change);
        state = result.state();
        if (result.judgement() == Change.DONE) {
            assertThat(state.epoch()).isEqualTo(before.epoch() + 1);
            if (!(change instanceof Change.BeginMoves || change instanceof Change.CreateBucket)) {
                assertThat(state.after(change).judgement()).isNotEqualTo(Change.DONE);
            }
        } else {
            assertThat(state).isSameAs(before);
        }
        for (BucketDefinition bucket : state.buckets()) {
            if (before.bucket(bucket.number()).isEmpty()) {
                for (int partition = 0; partition < state.ring().partitions(); partition++) {
                    complete.put(
                            new ReplicaId(bucket.number(), partition),
                            new TreeSet<>(state.slots(bucket, partition).writers()));
                }
            }
        }
    }

    /** The incoming node takes the replica, as far as there is anybody to take it from. */
    private void finish(Move move) {
        for (BucketDefinition bucket : state.buckets()) {
            ReplicaSlots slots = state.slots(bucket, move.partition());
            move.incoming()
                    .filter(slots::isWriter)
                    .ifPresent(node -> complete(bucket, move.partition()).add(node));
        }
        make(new Change.FinishMoves(List.of(id(move))));
    }

    private TreeSet<NodeId> complete(BucketDefinition bucket, int partition) {
        return complete.get(new ReplicaId(bucket.number(), partition));
    }

    private void drop() {
        for (Retiring each : state.layout().retiring()) {
            for (BucketDefinition bucket : state.buckets()) {
                if (state.replicaNodes(bucket, each.partition()).contains(each.node())
                        && !state.slots(bucket, each.partition()).isWriter(each.node())) {
                    complete(bucket, each.partition()).remove(each.node());
                }
            }
            make(RingFixtures.dropped(state, each.node(), each.partition()));
            return;
        }
        state.members().stream()
                .filter(member -> member.status() == Member.Status.LEAVING)
                .findFirst()
                .ifPresent(member -> make(new Change.Left(member.id())));
    }

    private void check() {
        ClusterState decoded = ClusterState.decode(state.encode());
        assertThat(decoded).isEqualTo(state);
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                check(bucket, partition);
            }
        }
    }

    private void check(BucketDefinition bucket, int partition) {
        ReplicaSlots slots = state.slots(bucket, partition);
        assertThat(slots.count()).isPositive();
        assertThat(slots.readers()).doesNotHaveDuplicates();
        assertThat(slots.slots().stream().flatMap(slot -> slot.writers().stream()))
                .doesNotHaveDuplicates();
        assertThat(complete(bucket, partition)).containsAll(slots.readers());
        assertThat(slots.slots().stream().filter(slot -> slot.writers().size() > 1 || slot.demanded()))
                .hasSizeLessThan(2);
        for (Slot slot : slots.slots()) {
            boolean excluded = slot.reader().isEmpty() && !slot.demanded();
            assertThat(slot.counts()).isEqualTo(!excluded && !slot.demanded());
        }
        for (NodeId node : slots.writers()) {
            assertThat(state.member(node).orElseThrow().status()).isNotEqualTo(Member.Status.REMOVED);
        }
        assertThat(state.fallbacks(bucket, partition)).noneMatch(slots::isWriter);
        assertThat(state.replicaNodes(bucket, partition)).containsAll(slots.writers());
    }

    private void rest(int walk) {
        for (int round = 0; round < 3_000; round++) {
            ClusterState before = state;
            for (Member member : before.members()) {
                make(new Change.BeginMoves(member.id(), 4));
            }
            List.copyOf(state.layout().moves()).forEach(this::finish);
            drop();
            check();
            if (state == before) {
                break;
            }
        }
        Layout layout = state.layout();
        assertThat(layout.moves()).as("walk " + walk).isEmpty();
        assertThat(layout.goal()).as("walk " + walk).isEmpty();
        assertThat(layout.retiring()).isEmpty();
        assertThat(layout.resizings()).as("walk " + walk).isEmpty();
        assertThat(state.members()).allMatch(member -> member.status() == Member.Status.ACTIVE);
        assertThat(state.voters()).isEqualTo(Voters.choose(state.members(), state.voters()));
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                assertThat(state.slots(bucket, partition).readers())
                        .hasSize(Math.min(
                                bucket.options().replicas(), state.members().size()));
            }
        }
    }
}
