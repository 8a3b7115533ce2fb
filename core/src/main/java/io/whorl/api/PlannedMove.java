package io.whorl.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A move of one slot that lies ahead. Immutable.
 *
 * @param partition of which partition
 * @param kind what becomes of the slot
 * @param from the node that has it, or had it; empty where a slot is added
 * @param to the node that will have it; empty where one is given up
 * @param buckets the names of the buckets whose replicas move with it
 * @param bytes about how many bytes are copied for it
 * @param begun whether it is under way already
 */
public record PlannedMove(
        int partition,
        MoveKind kind,
        Optional<String> from,
        Optional<String> to,
        List<String> buckets,
        long bytes,
        boolean begun) {

    /** Checks that nothing is missing, and copies the list. */
    public PlannedMove {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        buckets = List.copyOf(buckets);
    }

    /** One line for a log. */
    @Override
    public String toString() {
        return "partition " + partition + " of " + buckets + ": " + kind
                + from.map(node -> " from " + node).orElse("")
                + to.map(node -> " to " + node).orElse("") + ", about " + bytes + " bytes"
                + (begun ? ", under way" : "");
    }
}
