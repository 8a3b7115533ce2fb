package io.whorl.benchmarks.micro;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.KeySlots;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Placement;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Ring;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who owns what: making a ring, which happens once a change, and looking into one, which happens in every request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlacementBenchmark {
    /** How many members there are. */
    @Param({"3", "9", "30"})
    public int nodes;

    /** How many partitions there are. */
    @Param({"64", "1024"})
    public int partitions;

    private List<Member> members;
    private Ring before;
    private ClusterState state;
    private BucketDefinition bucket;
    private ReplicaId replica;
    private KeySlots.Table table;

    /** Founds a cluster. */
    @Setup
    public void prepare() {
        members = Samples.members(nodes);
        before = Placement.plan(members.subList(0, nodes - 1), partitions, Optional.empty());
        bucket = new BucketDefinition(1, "benchmark", BucketOptions.defaults());
        state = ClusterState.found(new ClusterId(1), "benchmark", members, partitions, List.of(bucket));
        replica = new ReplicaId(1, partitions - 1);
        table = new KeySlots.Table();
    }

    /** A ring from nothing. */
    @Benchmark
    public Ring plan() {
        return Placement.plan(members, partitions, Optional.empty());
    }

    /** A ring after the last member has joined. */
    @Benchmark
    public Ring planNext() {
        return Placement.plan(members, partitions, Optional.of(before));
    }

    /** A partition's slots worked out from the cluster state. */
    @Benchmark
    public ReplicaSlots slots() {
        return state.slots(bucket, replica.partition());
    }

    /** Who stands in for a partition's holders, worked out from the cluster state. */
    @Benchmark
    public List<NodeId> fallbacks() {
        return state.fallbacks(bucket, replica.partition());
    }

    /** Both, from the table that a lane keeps for an epoch. */
    @Benchmark
    public KeySlots table() {
        return table.of(state, replica, bucket);
    }

    /** What every message about a replica says of its bucket. */
    @Benchmark
    public long fingerprint() {
        return bucket.fingerprint();
    }
}
