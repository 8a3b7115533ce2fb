package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All slots of one replica's partition in one epoch, the most preferred first, and the quorums that follow. An immutable value; what
 * requests ask of it again and again is worked out once.
 */
public final class ReplicaSlots {
    private final List<Slot> slots;
    private final List<NodeId> readers;
    private final List<NodeId> writers;
    private final int readQuorum;
    private final int writeQuorum;
    private final int count;
    private final int places;

    /**
     * Copies the list and caps the quorums.
     *
     * @param slots the slots, those that are added or removed last
     * @param readQuorum R
     * @param writeQuorum W
     */
    public ReplicaSlots(List<Slot> slots, int readQuorum, int writeQuorum) {
        this.slots = List.copyOf(slots);
        Set<NodeId> written = new LinkedHashSet<>();
        List<NodeId> read = new ArrayList<>(slots.size());
        int counted = 0;
        int placed = 0;
        for (Slot slot : slots) {
            slot.reader().ifPresent(read::add);
            written.addAll(slot.writers());
            counted += slot.demanded() ? 0 : 1;
            placed += slot.demanded() && slot.reader().isEmpty() ? 0 : 1;
        }
        this.readers = List.copyOf(read);
        this.writers = List.copyOf(written);
        this.count = counted;
        this.places = placed;
        this.readQuorum = Math.min(readQuorum, placed);
        this.writeQuorum = Math.min(writeQuorum, counted);
    }

    /**
     * The slots themselves.
     *
     * @return those that are added or removed last; immutable
     */
    public List<Slot> slots() {
        return slots;
    }

    /**
     * How many nodes answer a read, unless it says so itself.
     *
     * @return R, at most {@link #places()}
     */
    public int readQuorum() {
        return readQuorum;
    }

    /**
     * How many slots acknowledge a write, unless it says so itself.
     *
     * @return W, at most {@link #count()}
     */
    public int writeQuorum() {
        return writeQuorum;
    }

    /**
     * The number that write quorums are of: min(N, members) once nothing moves. Excluded slots are among them.
     *
     * @return at least 1
     */
    public int count() {
        return count;
    }

    /**
     * The number that read quorums are of: {@link #count()}, and one more while a slot is removed, which is read until the end.
     *
     * @return at least 1
     */
    public int places() {
        return places;
    }

    /**
     * A read's own quorum, capped like the bucket's.
     *
     * @param quorum R as the request has it
     * @return at most the number of slots that are read
     */
    public int cappedRead(int quorum) {
        return Math.min(quorum, places());
    }

    /**
     * A write's own quorum, capped like the bucket's.
     *
     * @param quorum W as the request has it
     * @return at most the number of slots
     */
    public int capped(int quorum) {
        return Math.min(quorum, count());
    }

    /**
     * Who can be read and can coordinate: complete holders, the most preferred first.
     *
     * @return distinct nodes; fewer than slots while some are excluded; immutable
     */
    public List<NodeId> readers() {
        return readers;
    }

    /**
     * Who has to be sent every write.
     *
     * @return distinct nodes, the most preferred first; immutable
     */
    public List<NodeId> writers() {
        return writers;
    }

    /**
     * Whether a node can be read, and can coordinate.
     *
     * @param node the node
     * @return whether it is a complete holder
     */
    public boolean isReader(NodeId node) {
        return readers.contains(node);
    }

    /**
     * Whether a node has to take every write.
     *
     * @param node the node
     * @return whether it holds a slot, or is about to, or is about to give it up
     */
    public boolean isWriter(NodeId node) {
        return writers.contains(node);
    }

    /**
     * How many other complete slots a slot without a readable holder has to be rebuilt from, after they have reached the epoch that
     * excluded it: R of them, so that no acknowledged write is missed, as a read would miss none; m−R+1 of the m slots, so that
     * every read that the excluded holder still takes part in is refused by another one; and m−W+1, so that nothing acknowledged is
     * missed where R+W is not above m either, since the new holder succeeds the excluded one. All there are where that is more; what
     * was acknowledged may not be seen then.
     *
     * @param others how many other slots are complete
     * @return at most {@code others}
     */
    public int sourcesOfAnExcluded(int others) {
        int forReads = Math.max(readQuorum, places() - readQuorum + 1);
        return Math.min(Math.max(forReads, places() - writeQuorum + 1), others);
    }

    /**
     * How many complete slots the holder of an added slot has to take the replica from, after they have reached the epoch in which
     * the move began: as many as are read. With one alone, the added slot might lack what that one lacks, and so, slot by slot, more
     * holders would come to lack a write than a read can make up for.
     *
     * @return at most the number of readers
     */
    public int sourcesOfAnAdded() {
        return Math.min(readQuorum, readers().size());
    }

    /**
     * How many complete holders have to stop being read, durably, before an added slot may count: one where a read asks all of the m
     * slots and W is 1, since a write could then be acknowledged by the new holder alone; else every read of the time before meets
     * somebody who took the write and refuses it.
     *
     * @return 0 or 1
     */
    public int witnessesOfAnAdded() {
        return writeQuorum == 1 && readQuorum == count() ? 1 : 0;
    }

    /**
     * How many of the holders that stay have to have taken, durably, what the holder of a removed slot has, after that one has
     * reached the epoch in which the move began: as many as a write needs. The holder has to have stopped being read besides.
     *
     * @return at most the number of readers that stay
     */
    public int takersOfARemoved() {
        int staying = 0;
        for (Slot slot : slots) {
            staying += slot.reader().isPresent() && !slot.demanded() ? 1 : 0;
        }
        return Math.min(writeQuorum, staying);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplicaSlots same
                && slots.equals(same.slots)
                && readQuorum == same.readQuorum
                && writeQuorum == same.writeQuorum;
    }

    @Override
    public int hashCode() {
        return Objects.hash(slots, readQuorum, writeQuorum);
    }

    @Override
    public String toString() {
        return "ReplicaSlots[" + slots + ", R=" + readQuorum + ", W=" + writeQuorum + "]";
    }

    Stream<NodeId> nodes() {
        return slots.stream().flatMap(slot -> Stream.concat(slot.reader().stream(), slot.writers().stream()));
    }
}
