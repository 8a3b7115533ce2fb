package io.whorl.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A move of a slot that is under way, as one node knows it. Immutable.
 *
 * @param partition of which partition
 * @param kind what becomes of the slot
 * @param from the node that has it, or had it; empty where a slot is added
 * @param to the node that will have it; empty where one is given up
 * @param local whether the asked node carries it out, and so knows the rest
 * @param keys how many keys have come so far, while replicas are taken whole
 * @param bytes how many bytes of records have come with them, about
 * @param bytesPerSecond how fast they come, on the mean
 * @param left how long it will take yet at that rate, estimated by the events that are lacking; empty while that is not known
 */
public record MoveStatus(
        int partition,
        MoveKind kind,
        Optional<String> from,
        Optional<String> to,
        boolean local,
        long keys,
        long bytes,
        long bytesPerSecond,
        Optional<Duration> left) {

    /** Checks that nothing is missing. */
    public MoveStatus {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(left, "left");
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return "partition " + partition + ": " + kind
                + from.map(node -> " from " + node).orElse("")
                + to.map(node -> " to " + node).orElse("")
                + (local ? ", " + keys + " keys, " + bytes + " bytes, " + bytesPerSecond + " bytes/s" : "")
                + left.map(time -> ", " + time.toSeconds() + " s left").orElse("");
    }
}
