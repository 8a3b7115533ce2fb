package io.whorl.internal;

import io.whorl.core.node.NodeOptions;
import io.whorl.core.ring.NodeId;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node is to be within its cluster.
 *
 * @param zone what it shares its fate with; empty for none
 * @param weight its share of the data relative to the others'
 * @param movesAtOnce in how many moves of slots it takes part at a time
 * @param excludeAfter how long the holder of a moving slot has to be dead before the slot is rebuilt without it
 * @param removeAfter how long a member has to be dead before this node has it removed; empty for never
 * @param replaces the lost member whose slots it takes when it joins
 */
public record MemberSettings(
        String zone,
        int weight,
        int movesAtOnce,
        Duration excludeAfter,
        Optional<Duration> removeAfter,
        Optional<NodeId> replaces) {
    /** No zone, weight 1, 16 moves at once, 30 s, nobody removed or replaced. */
    public static final MemberSettings DEFAULT =
            new MemberSettings("", 1, 16, Duration.ofSeconds(30), Optional.empty(), Optional.empty());

    /** Checks that nothing is missing. */
    public MemberSettings {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(excludeAfter, "excludeAfter");
        Objects.requireNonNull(removeAfter, "removeAfter");
        Objects.requireNonNull(replaces, "replaces");
    }

    /** Hands them to the protocol. */
    NodeOptions.Builder tell(NodeOptions.Builder options) {
        replaces.ifPresent(options::replaces);
        removeAfter.map(Duration::toNanos).ifPresent(options::removeAfter);
        return options.zone(zone).weight(weight).movesAtOnce(movesAtOnce).excludeAfter(excludeAfter.toNanos());
    }

    /** In another zone. */
    public MemberSettings withZone(String name) {
        return new MemberSettings(name, weight, movesAtOnce, excludeAfter, removeAfter, replaces);
    }

    /** With another share of the data. */
    public MemberSettings withWeight(int share) {
        return new MemberSettings(zone, share, movesAtOnce, excludeAfter, removeAfter, replaces);
    }

    /** With another number of moves at a time. */
    public MemberSettings withMovesAtOnce(int moves) {
        return new MemberSettings(zone, weight, moves, excludeAfter, removeAfter, replaces);
    }

    /** With another time until a dead holder is gone past. */
    public MemberSettings withExcludeAfter(Duration absence) {
        return new MemberSettings(zone, weight, movesAtOnce, absence, removeAfter, replaces);
    }

    /** With the automatic removal of dead members. */
    public MemberSettings withRemoveAfter(Duration absence) {
        return new MemberSettings(zone, weight, movesAtOnce, excludeAfter, Optional.of(absence), replaces);
    }

    /** In the place of a lost member. */
    public MemberSettings replacing(NodeId lost) {
        return new MemberSettings(zone, weight, movesAtOnce, excludeAfter, removeAfter, Optional.of(lost));
    }
}
