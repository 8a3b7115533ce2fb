package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All cluster states that nodes have stored, by epoch. Promise P8: an epoch has one state, whoever stores it and whenever, and a
 * process never goes back to an earlier one.
 *
 * <p>A sole voter decides by storing, and knows the state once that is synced. What a loss of power takes back before was never
 * decided: nobody has heard of it, and the epoch is decided anew. So such a state is provisional here until its node publishes it
 * or another host stores it. With several voters there is no such excuse: what was chosen is on the disks of most of them.
 */
final class Epochs {
    private final Violations violations;
    private final Probes probes;
    private final NavigableMap<Long, ClusterState> states = new TreeMap<>();
    /** By the number of a bucket, all options that it has had, in order. */
    private final Map<Long, List<BucketOptions>> options = new TreeMap<>();
    /** Never iterated. */
    private final Map<SimulatedProcess, Long> known = new HashMap<>();
    /** By epoch, the sole voter that alone has stored its state, and is not known to have published it. */
    private final NavigableMap<Long, SimulatedHost> provisional = new TreeMap<>();

    private int leastMembers = Integer.MAX_VALUE;
    private boolean moved;

    Epochs(Violations violations, Probes probes) {
        this.violations = violations;
        this.probes = probes;
    }

    /** A node stores a state. */
    void stored(SimulatedHost host, ClusterState state) {
        ClusterState other = states.get(state.epoch());
        if (other == null) {
            first(state);
            if (isSoleVoter(host, state.epoch())) {
                provisional.put(state.epoch(), host);
            }
        } else if (other.equals(state)) {
            provisional.computeIfPresent(state.epoch(), (epoch, first) -> first == host ? first : null);
        } else {
            violations.add(
                    Checker.FORKED_EPOCH,
                    host + " stores another state of epoch " + state.epoch() + " than was stored before: " + state
                            + " instead of " + other);
        }
        Long before = known.put(host.process(), state.epoch());
        if (before != null && before > state.epoch()) {
            violations.add(
                    Checker.FORKED_EPOCH, host + " goes back from epoch " + before + " to epoch " + state.epoch());
        }
    }

    private boolean isSoleVoter(SimulatedHost host, long epoch) {
        ClusterState before = states.get(epoch - 1);
        return before != null && host.id() != null && before.voters().equals(List.of(host.id()));
    }

    /** A process of this host has published the states up to this epoch: they stand, whatever becomes of its disk. */
    void published(SimulatedHost host, long epoch) {
        provisional.headMap(epoch, true).values().removeIf(host::equals);
    }

    /**
     * A loss of power has taken back what a host had not synced.
     *
     * @param left the newest epoch on its disk, 0 if there is none
     * @return whether states are withdrawn
     */
    boolean undone(SimulatedHost host, long left) {
        Map<Long, SimulatedHost> later = provisional.tailMap(left, false);
        List<Long> gone = new ArrayList<>(later.keySet());
        gone.removeIf(epoch -> later.get(epoch) != host);
        if (gone.isEmpty()) {
            return false;
        }
        states.keySet().removeAll(gone);
        provisional.keySet().removeAll(gone);
        leastMembers = Integer.MAX_VALUE;
        moved = false;
        options.clear();
        states.values().forEach(this::consider);
        return true;
    }

    private void first(ClusterState state) {
        states.put(state.epoch(), state);
        consider(state);
        states.computeIfPresent(state.epoch() - 1, (epoch, before) -> {
            MoveProbes.passed(probes, before, state);
            return before;
        });
    }

    private void consider(ClusterState state) {
        Layout layout = state.layout();
        for (int partition = 0; partition < layout.ring().partitions(); partition++) {
            int listed = (int) layout.ring().preferenceList(partition).stream()
                    .filter(node -> state.member(node)
                            .filter(member -> member.status() != Member.Status.REMOVED)
                            .isPresent())
                    .count();
            // A slot that is about to be removed does not count any more, though its holder has to take every write.
            boolean givesUp = layout.move(partition)
                    .filter(move -> move.phase() == Move.Phase.REMOVING && move.bucket() == 0)
                    .isPresent();
            leastMembers = Math.min(leastMembers, Math.max(1, givesUp ? listed - 1 : listed));
        }
        boolean first = state.equals(states.firstEntry().getValue());
        moved |= !first && (layout.goal().isPresent() || !layout.moves().isEmpty());
        for (BucketDefinition bucket : state.buckets()) {
            List<BucketOptions> had = options.computeIfAbsent(bucket.number(), number -> new ArrayList<>());
            if (!had.contains(bucket.options())) {
                had.add(bucket.options());
            }
        }
    }

    /** Whether slots have ever changed their holders. */
    boolean haveMoved() {
        return moved || options.values().stream().anyMatch(had -> had.size() > 1);
    }

    /** The smallest number of members among which a partition's slots ever were. */
    int leastMembers() {
        return leastMembers;
    }

    /** All options that a bucket has had, in order. */
    List<BucketOptions> optionsOf(long bucket) {
        return options.getOrDefault(bucket, List.of());
    }

    /** The newest state that there is. */
    Optional<ClusterState> newest() {
        return Optional.ofNullable(states.lastEntry()).map(Map.Entry::getValue);
    }

    /** The state of an epoch, if it was seen. */
    Optional<ClusterState> at(long epoch) {
        return Optional.ofNullable(states.get(epoch));
    }

    /** The states from an epoch on, the newest last. */
    Iterable<ClusterState> from(long epoch) {
        return states.tailMap(epoch, true).values();
    }

    /**
     * Whether a bucket's reads are promised to see its writes, by the quorums that it had over time: R and W of any two of its options
     * have to be above the smaller N of the two.
     */
    boolean isRegular(long bucket) {
        List<BucketOptions> had = optionsOf(bucket);
        for (BucketOptions read : had) {
            for (BucketOptions written : had) {
                int slots = Math.min(read.replicas(), written.replicas());
                if (read.readQuorum() + written.writeQuorum() <= slots) {
                    return false;
                }
            }
        }
        return true;
    }
}
