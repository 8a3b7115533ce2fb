package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All slots of one replica's partition in one epoch, the most preferred first, and the quorums that follow.
 *
 * @param slots the slots, those that are added or removed last
 * @param readQuorum R, at most {@link #count()}
 * @param writeQuorum W, at most {@link #count()}
 */
public record ReplicaSlots(List<Slot> slots, int readQuorum, int writeQuorum) {
    /** Copies the list and caps the quorums. */
    public ReplicaSlots {
        slots = List.copyOf(slots);
        int count = count(slots);
        readQuorum = Math.min(readQuorum, count);
        writeQuorum = Math.min(writeQuorum, count);
    }

    private static int count(List<Slot> slots) {
        int count = 0;
        for (Slot slot : slots) {
            count += slot.demanded() ? 0 : 1;
        }
        return count;
    }

    /**
     * The number that quorums are of: min(N, members) once nothing moves. Excluded slots are among them.
     *
     * @return at least 1
     */
    public int count() {
        return count(slots);
    }

    /**
     * A request's own quorum, capped like the bucket's.
     *
     * @param quorum R or W as the request has it
     * @return at most the number of slots
     */
    public int capped(int quorum) {
        return Math.min(quorum, count());
    }

    /**
     * Who can be read and can coordinate: complete holders, the most preferred first.
     *
     * @return distinct nodes; fewer than slots while some are excluded
     */
    public List<NodeId> readers() {
        List<NodeId> readers = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            slot.reader().ifPresent(readers::add);
        }
        return readers;
    }

    /**
     * Who has to be sent every write.
     *
     * @return distinct nodes, the most preferred first
     */
    public List<NodeId> writers() {
        return slots.stream()
                .flatMap(slot -> slot.writers().stream())
                .distinct()
                .toList();
    }

    /**
     * Whether a node can be read, and can coordinate.
     *
     * @param node the node
     * @return whether it is a complete holder
     */
    public boolean isReader(NodeId node) {
        return slots.stream().flatMap(slot -> slot.reader().stream()).anyMatch(node::equals);
    }

    /**
     * Whether a node has to take every write.
     *
     * @param node the node
     * @return whether it holds a slot, or is about to, or is about to give it up
     */
    public boolean isWriter(NodeId node) {
        return slots.stream().flatMap(slot -> slot.writers().stream()).anyMatch(node::equals);
    }

    /**
     * How many other complete slots a slot without a readable holder has to be rebuilt from, so that no acknowledged write and no
     * read of one is missed: max(N−W+1, N−R+1), or all there are where that is more.
     *
     * @param others how many other slots are complete
     * @return at most {@code others}
     */
    public int sourcesOfAnExcluded(int others) {
        int enough = Math.max(count() - writeQuorum + 1, count() - readQuorum + 1);
        return Math.min(enough, others);
    }

    /**
     * How many complete holders have to refuse the older epoch before a slot may be added or removed: m−R+1 of the m slots before.
     *
     * @param removing whether a slot is removed: then the number of slots before is one more than {@link #count()}
     * @return at most the number of readers
     */
    public int witnessesOfAChange(boolean removing) {
        int before = count() + (removing ? 1 : 0);
        return Math.min(before - readQuorum + 1, readers().size());
    }

    Stream<NodeId> nodes() {
        return slots.stream().flatMap(slot -> Stream.concat(slot.reader().stream(), slot.writers().stream()));
    }
}
