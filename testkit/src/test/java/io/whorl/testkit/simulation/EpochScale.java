package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Placement;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Cluster states of many members, each founded and then joined by one more: their sizes, and what it takes to work with them. */
final class EpochScale {
    private static final int ZONES = 5;
    private static final int MOVES_AT_ONCE = 16;
    private static final int REPEATS = 7;

    private final Draws draws;
    private final int partitions;
    private final List<Member> members = new ArrayList<>();
    private final Member joining;
    private final ClusterState founded;
    private final ClusterState admitted;
    private final ClusterState moving;
    private Object blackHole;

    /** @param zones whether each member is in one of five, or none names any */
    EpochScale(long seed, int count, int partitions, boolean zones) {
        this.draws = new Draws(seed);
        this.partitions = partitions;
        for (int i = 0; i < count; i++) {
            members.add(member(i, zones));
        }
        joining = member(count, zones);
        founded = ClusterState.found(new ClusterId(1), "scale", members, partitions, List.of())
                .after(new Change.CreateBucket(
                        "data", BucketOptions.builder().replicas(3).build()))
                .state();
        admitted = founded.after(new Change.Admit(joining, Optional.empty())).state();
        moving = admitted.after(new Change.BeginMoves(joining.id(), MOVES_AT_ONCE))
                .state();
    }

    private Member member(int index, boolean zones) {
        return new Member(
                new NodeId(draws.next() | 1),
                SimulatedHost.address(index),
                zones ? "zone-" + index % ZONES : "",
                1,
                Member.Status.ACTIVE);
    }

    ClusterState founded() {
        return founded;
    }

    /** With a goal, and the first moves towards it. */
    ClusterState moving() {
        return moving;
    }

    /** What is measured next is compiled by then. */
    void warmUp() {
        found();
        planJoin();
        begin();
        encode();
        decode();
        slots();
    }

    // ---- times in nanoseconds of the processor, medians

    long found() {
        return time(1, () -> Placement.plan(members, partitions, Optional.empty()));
    }

    long planJoin() {
        List<Member> all = new ArrayList<>(members);
        all.add(joining);
        return time(1, () -> Placement.plan(all, partitions, Optional.of(founded.ring())));
    }

    /** One step of moves, as each voter and each driver computes it. */
    long begin() {
        return time(20, () -> admitted.after(new Change.BeginMoves(joining.id(), MOVES_AT_ONCE)));
    }

    long encode() {
        return time(50, moving::encode);
    }

    long decode() {
        byte[] bytes = moving.encode();
        return time(10, () -> ClusterState.decode(bytes));
    }

    /** What every request asks for first. */
    long slots() {
        BucketDefinition bucket = moving.buckets().get(0);
        return time(2_000, new Supplier<>() {
            private int partition;

            @Override
            public Object get() {
                partition = (partition + 1) % partitions;
                return moving.slots(bucket, partition);
            }
        });
    }

    /** Of this thread alone, so that what else the machine does counts little. */
    static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private long time(int times, Supplier<Object> task) {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < REPEATS; i++) {
            long begun = cpuNanos();
            for (int j = 0; j < times; j++) {
                blackHole = task.get();
            }
            took.add((cpuNanos() - begun) / times);
        }
        return ScaleMain.median(took);
    }
}
