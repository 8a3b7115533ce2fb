package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Members that come, go, are lost and are replaced, and buckets that come, go and change: what operators do, and what befalls them
 * at it. A host is lost for ever only while all slots of the others are complete and every bucket keeps its quorums without it, and
 * never with the last copy of what must not vanish.
 */
final class MemberFaults {
    /** The classes by which slots move. */
    static final Set<FaultClass> MOVING = EnumSet.of(
            FaultClass.JOIN,
            FaultClass.LEAVE,
            FaultClass.REMOVE,
            FaultClass.REPLACE,
            FaultClass.REJOIN_EMPTY,
            FaultClass.WEIGHTS,
            FaultClass.BUCKETS);

    /** How many hosts may join in a run. */
    static final int RESERVE = 4;

    private static final long SOON = 20 * Kernel.SECOND;

    private final Kernel kernel;
    private final Fleet fleet;
    private final History history;
    private final SimulationOptions options;
    private final List<BucketDefinition> buckets;
    private final NodeOptionsOf nodeOptions;
    private Wishes wishes;
    private DiskFaults disks;
    private Draws late;
    private boolean active;

    /** The configuration of a node. */
    interface NodeOptionsOf {
        /**
         * @param index of its host
         * @param contactPoints where it looks for the cluster; empty: where the founders do
         * @param replaces in whose place it joins
         */
        NodeOptions get(int index, List<SimulatedHost> contactPoints, Optional<NodeId> replaces);
    }

    /** @param buckets what the clients use, to be kept true */
    MemberFaults(
            Kernel kernel,
            Fleet fleet,
            History history,
            SimulationOptions options,
            List<BucketDefinition> buckets,
            NodeOptionsOf nodeOptions) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.history = history;
        this.options = options;
        this.buckets = buckets;
        this.nodeOptions = nodeOptions;
    }

    void begin(DiskFaults diskFaults, Draws draws) {
        disks = diskFaults;
        wishes = new Wishes(kernel, fleet, draws.fork("wishes"));
        late = draws.fork("late");
        active = true;
    }

    /** Nothing new is wished for; what has been is pursued to the end. */
    void heal() {
        active = false;
    }

    /** What operators still wait for. */
    List<?> open() {
        return wishes == null ? List.of() : wishes.open();
    }

    /**
     * A node that was away while all of its contact points left looks for the cluster where nobody is any more; its operator starts it
     * with others.
     *
     * @return whether there was such a node
     */
    boolean correctContactPoints() {
        List<SimulatedHost> lost =
                fleet.living().stream().filter(this::looksInVain).toList();
        for (SimulatedHost host : lost) {
            host.restart(nodeOptions.get(
                    host.index(),
                    members(SimulatedHost::isReady),
                    host.options().replaces()));
        }
        return !lost.isEmpty();
    }

    /**
     * A host that died while it was being let in may become a member after its operator found that it was none, since voters may have agreed to
     * that long before most of them come back. Its operator removes it when it shows.
     */
    void removeThoseLetInLate() {
        if (wishes == null || !open().isEmpty()) {
            return;
        }
        for (ClusterState state : fleet.newest().stream().toList()) {
            for (Member member : state.members()) {
                SimulatedHost host = fleet.of(member.id());
                boolean gone = host != null && host.isDead() && !host.isInService();
                if (gone && member.status() == Member.Status.ACTIVE) {
                    removeLater(host, late);
                }
            }
        }
    }

    private boolean looksInVain(SimulatedHost host) {
        return host.isRunning()
                && host.node().state().isEmpty()
                && fleet.newest()
                        .filter(state -> state.members().stream()
                                .noneMatch(
                                        member -> host.options().contactPoints().contains(member.address())))
                        .isPresent();
    }

    // ---- joining

    boolean join(Draws draws) {
        return !fleet.reserve().isEmpty() && enter(draws, Optional.empty());
    }

    private boolean enter(Draws draws, Optional<NodeId> replaces) {
        SimulatedHost host = fleet.reserve().get(0);
        List<SimulatedHost> contactPoints = new ArrayList<>(members(each -> true));
        if (contactPoints.isEmpty()) {
            return false;
        }
        while (contactPoints.size() > 3) {
            contactPoints.remove(draws.below(contactPoints.size()));
        }
        host.enter(nodeOptions.get(host.index(), contactPoints, replaces));
        host.startIfDown();
        if (draws.chance(0.25)) {
            kernel.after(draws.between(10 * Kernel.MILLI, 15 * Kernel.SECOND), () -> stumble(host, draws));
        }
        return true;
    }

    /** Half-way in, a joiner crashes, or dies for ever. */
    private void stumble(SimulatedHost host, Draws draws) {
        if (!active || !host.isRunning()) {
            return;
        }
        if (draws.chance(0.5) && canBeLost(host)) {
            history.probes().hit(Probe.JOINER_DIED);
            lose(host);
            removeLater(host, draws);
        } else {
            host.crash(draws.chance(0.5), draws);
            disks.startLater(host, draws);
        }
    }

    // ---- leaving, and being lost

    boolean leave(Draws draws) {
        List<SimulatedHost> candidates = members(SimulatedHost::isReady);
        if (candidates.isEmpty() || !fleet.isWhole() || activeMembers() <= (draws.chance(0.2) ? 1 : 2)) {
            return false;
        }
        SimulatedHost host = draws.pick(candidates);
        NodeId id = host.id();
        host.permitLeaving();
        wishes.add(
                host + " leaves",
                0,
                () -> new Change.Leave(id),
                state -> state.member(id)
                        .filter(member -> member.status() == Member.Status.ACTIVE)
                        .isEmpty(),
                () -> history.probes().hit(Probe.MEMBER_LEFT));
        return true;
    }

    boolean remove(Draws draws) {
        List<SimulatedHost> candidates = members(this::canBeLost);
        if (candidates.isEmpty() || activeMembers() < 2) {
            return false;
        }
        SimulatedHost host = draws.pick(candidates);
        lose(host);
        removeLater(host, draws);
        return true;
    }

    private void removeLater(SimulatedHost host, Draws draws) {
        NodeId id = host.id();
        wishes.add(
                host + " is removed",
                draws.exponential(SOON),
                () -> new Change.Remove(id),
                state -> state.member(id)
                        .filter(member -> member.status() != Member.Status.REMOVED)
                        .isEmpty(),
                () -> {
                    host.retire();
                    history.probes().hit(Probe.MEMBER_REMOVED);
                });
    }

    boolean replace(Draws draws) {
        List<SimulatedHost> candidates = members(this::canBeLost);
        if (candidates.isEmpty() || fleet.reserve().isEmpty()) {
            return false;
        }
        SimulatedHost host = draws.pick(candidates);
        NodeId id = host.id();
        lose(host);
        kernel.after(draws.exponential(SOON), () -> {
            // Whoever joined meanwhile has taken the last host that was free.
            if (!fleet.reserve().isEmpty()) {
                enter(draws, Optional.of(id));
            }
            removeLater(host, draws);
        });
        history.probes().hit(Probe.MEMBER_REPLACED);
        return true;
    }

    boolean rejoinEmpty(Draws draws) {
        List<SimulatedHost> candidates = members(this::canBeLost);
        if (candidates.isEmpty()) {
            return false;
        }
        SimulatedHost host = draws.pick(candidates);
        // The operator knows the others by name, also while this is the only one that runs.
        List<SimulatedHost> contactPoints = members(each -> each != host);
        if (host.isRunning()) {
            host.crash(true, draws);
        }
        NodeId before = host.id();
        host.wipe(nodeOptions.get(host.index(), contactPoints, Optional.of(before)));
        disks.startLater(host, draws);
        return true;
    }

    private void lose(SimulatedHost host) {
        host.permitLeaving();
        host.die();
    }

    private List<SimulatedHost> members(Predicate<SimulatedHost> which) {
        Optional<ClusterState> state = fleet.newest();
        return fleet.living().stream()
                .filter(host -> host.id() != null
                        && !host.mayLeave()
                        && state.flatMap(now -> now.member(host.id()))
                                .filter(member -> member.status() == Member.Status.ACTIVE)
                                .isPresent())
                .filter(which)
                .toList();
    }

    private long activeMembers() {
        return members(host -> true).size();
    }

    /** Whether every slot is complete and remains readable and writable without this host, and nothing that must not vanish goes with it. */
    private boolean canBeLost(SimulatedHost host) {
        Optional<ClusterState> newest = fleet.newest();
        if (newest.isEmpty()
                || !fleet.isWhole()
                || !open().isEmpty()
                || history.losses().needed(host, true) > 0) {
            return false;
        }
        ClusterState state = newest.get();
        boolean rests = state.layout().moves().stream()
                        .allMatch(move ->
                                move.incoming().filter(host.id()::equals).isPresent())
                && state.members().stream().allMatch(member -> member.status() == Member.Status.ACTIVE);
        return rests
                && fleet.keepsVoters(host)
                && state.buckets().stream().allMatch(bucket -> keepsQuorums(state, bucket, host));
    }

    private static boolean keepsQuorums(ClusterState state, BucketDefinition bucket, SimulatedHost without) {
        for (int partition = 0; partition < state.ring().partitions(); partition++) {
            var slots = state.slots(bucket, partition);
            long left = slots.readers().stream()
                    .filter(node -> !node.equals(without.id()))
                    .count();
            if (left < Math.max(slots.readQuorum(), slots.writeQuorum())) {
                return false;
            }
        }
        return true;
    }

    // ---- many at once

    boolean loseZone(Draws draws) {
        if (options.zones() < 2) {
            return false;
        }
        String zone = options.zone(draws.below(options.zones()));
        boolean power = draws.chance(0.5);
        boolean any = false;
        for (SimulatedHost host : fleet.living()) {
            if (host.isRunning() && options.zone(host.index()).equals(zone)) {
                stop(host, power, draws);
                any = true;
            }
        }
        return any;
    }

    boolean stopVoters(Draws draws) {
        Optional<ClusterState> state = fleet.newest();
        if (state.isEmpty()) {
            return false;
        }
        List<NodeId> voters = new ArrayList<>(state.get().voters());
        for (int down = voters.size() / 2 + 1; down > 0; down--) {
            SimulatedHost host = fleet.of(voters.remove(draws.below(voters.size())));
            if (host != null && host.isRunning()) {
                stop(host, draws.chance(0.5), draws);
            }
        }
        return true;
    }

    private void stop(SimulatedHost host, boolean power, Draws draws) {
        host.crash(power, draws);
        disks.startLater(host, draws);
    }

    boolean reweigh(Draws draws) {
        List<SimulatedHost> candidates = members(host -> true);
        if (candidates.isEmpty()) {
            return false;
        }
        NodeId id = draws.pick(candidates).id();
        int weight = 1 + draws.below(4);
        wishes.add(
                "weight " + weight,
                0,
                () -> new Change.Reweigh(id, weight),
                state -> state.member(id)
                        .filter(member -> member.weight() != weight)
                        .isEmpty(),
                () -> {});
        return true;
    }

    // ---- buckets

    boolean changeBucket(Draws draws) {
        int which = draws.below(buckets.size());
        BucketDefinition bucket = buckets.get(which);
        if (fleet.newest()
                        .filter(state -> state.bucket(bucket.number()).isPresent())
                        .isEmpty()
                || !open().isEmpty()) {
            return false;
        }
        if (draws.chance(0.4)) {
            recreate(which, bucket, draws);
        } else {
            resize(which, bucket, draws);
        }
        return true;
    }

    private void recreate(int which, BucketDefinition bucket, Draws draws) {
        BucketOptions next = draws.chance(0.5) ? bucket.options() : SimulationOptions.bucket(draws);
        wishes.add(
                "bucket " + bucket + " goes",
                0,
                () -> new Change.DropBucket(bucket.number()),
                state -> state.bucket(bucket.number()).isEmpty(),
                () -> {
                    history.probes().hit(Probe.BUCKET_DROPPED);
                    wishes.add(
                            "bucket " + bucket.name() + " comes back",
                            draws.exponential(2 * Kernel.SECOND),
                            () -> new Change.CreateBucket(bucket.name(), next),
                            state -> state.bucket(bucket.name()).isPresent(),
                            () -> use(which, bucket.name()));
                });
    }

    private void use(int which, String name) {
        buckets.set(which, fleet.newest().flatMap(state -> state.bucket(name)).orElseThrow());
    }

    private void resize(int which, BucketDefinition bucket, Draws draws) {
        int replicas = 1 + draws.below(4);
        BucketOptions next = new BucketOptions(
                replicas,
                1 + draws.below(replicas),
                1 + draws.below(replicas),
                bucket.options().conflicts(),
                bucket.options().durability(),
                bucket.options().quorums());
        wishes.add(
                "bucket " + bucket + " becomes " + next,
                0,
                () -> new Change.ChangeBucket(bucket.name(), next),
                state -> state.bucket(bucket.number())
                        .filter(now -> !now.options().equals(next))
                        .isEmpty(),
                () -> {
                    history.probes().hit(Probe.BUCKET_RESIZED);
                    fleet.newest()
                            .flatMap(state -> state.bucket(bucket.number()))
                            .ifPresent(now -> buckets.set(which, now));
                });
    }
}
