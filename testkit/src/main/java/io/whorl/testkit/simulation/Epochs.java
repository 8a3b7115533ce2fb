package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Member;
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
 */
final class Epochs {
    private final Violations violations;
    private final Probes probes;
    private final NavigableMap<Long, ClusterState> states = new TreeMap<>();
    /** By the number of a bucket, all options that it has had, in order. */
    private final Map<Long, List<BucketOptions>> options = new TreeMap<>();
    /** Never iterated. */
    private final Map<SimulatedProcess, Long> known = new HashMap<>();

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
        } else if (!other.equals(state)) {
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

    private void first(ClusterState state) {
        states.put(state.epoch(), state);
        Layout layout = state.layout();
        for (int partition = 0; partition < layout.ring().partitions(); partition++) {
            int listed = (int) layout.ring().preferenceList(partition).stream()
                    .filter(node -> state.member(node)
                            .filter(member -> member.status() != Member.Status.REMOVED)
                            .isPresent())
                    .count();
            leastMembers = Math.min(leastMembers, Math.max(1, listed));
        }
        boolean first = state.equals(states.firstEntry().getValue());
        moved |= !first && (layout.goal().isPresent() || !layout.moves().isEmpty());
        for (BucketDefinition bucket : state.buckets()) {
            List<BucketOptions> had = options.computeIfAbsent(bucket.number(), number -> new ArrayList<>());
            if (!had.contains(bucket.options())) {
                had.add(bucket.options());
            }
        }
        states.computeIfPresent(state.epoch() - 1, (epoch, before) -> {
            MoveProbes.passed(probes, before, state);
            return before;
        });
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
