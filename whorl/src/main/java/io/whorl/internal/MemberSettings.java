package io.whorl.internal;

import io.whorl.core.node.NodeOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * What a node is to be within its cluster.
 *
 * @param zone what it shares its fate with; empty for none
 * @param weight its share of the data relative to the others'
 * @param movesAtOnce in how many moves of slots it takes part at a time
 * @param excludeAfter how long the holder of a moving slot has to be dead before the slot is rebuilt without it
 */
public record MemberSettings(String zone, int weight, int movesAtOnce, Duration excludeAfter) {
    /** No zone, weight 1, 16 moves at once, 30 s. */
    public static final MemberSettings DEFAULT = new MemberSettings("", 1, 16, Duration.ofSeconds(30));

    /** Checks that nothing is missing. */
    public MemberSettings {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(excludeAfter, "excludeAfter");
    }

    /** Hands them to the protocol. */
    NodeOptions.Builder tell(NodeOptions.Builder options) {
        return options.zone(zone).weight(weight).movesAtOnce(movesAtOnce).excludeAfter(excludeAfter.toNanos());
    }

    public MemberSettings withZone(String name) {
        return new MemberSettings(name, weight, movesAtOnce, excludeAfter);
    }

    public MemberSettings withWeight(int share) {
        return new MemberSettings(zone, share, movesAtOnce, excludeAfter);
    }

    public MemberSettings withMovesAtOnce(int moves) {
        return new MemberSettings(zone, weight, moves, excludeAfter);
    }

    public MemberSettings withExcludeAfter(Duration absence) {
        return new MemberSettings(zone, weight, movesAtOnce, absence);
    }
}
