package io.whorl.core.ring;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Who holds what in one epoch, what is on its way, and where all of it leads to. Immutable. */
public final class Layout {
    private static final Comparator<Move> BY_PARTITION = Comparator.comparingInt(Move::partition);
    private final Ring ring;
    private final Optional<Ring> goal;
    private final List<Move> moves;
    private final List<Retiring> retiring;
    private final List<Resizing> resizings;
    private final long[] changed;
    /** By partition; null while nothing moves. */
    private final Move[] moving;

    /**
     * @param ring who holds what
     * @param goal the ring that the moves lead to; empty when it is reached
     * @param moves what is on its way, at most one for each partition
     * @param retiring former holders that still have a replica, at most one entry for each partition and node
     * @param resizings buckets whose N changes
     * @param changed per partition the epoch of the last change of its slots
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    Layout(
            Ring ring,
            Optional<Ring> goal,
            List<Move> moves,
            List<Retiring> retiring,
            List<Resizing> resizings,
            long[] changed) {
        this.ring = Objects.requireNonNull(ring, "ring");
        this.goal = goal;
        this.moves = moves.stream().sorted(BY_PARTITION).toList();
        this.retiring = retiring.stream().sorted().toList();
        this.resizings = resizings.stream()
                .sorted(Comparator.comparingLong(Resizing::bucket))
                .toList();
        this.changed = changed.clone();
        this.moving = moves.isEmpty() ? null : new Move[ring.partitions()];
        require(changed.length == ring.partitions(), "an epoch of change for each partition");
        require(goal.isEmpty() || goal.get().partitions() == ring.partitions(), "a goal of as many partitions");
        for (Move move : this.moves) {
            require(move.partition() < ring.partitions(), "moves of partitions that there are");
            require(moving[move.partition()] == null, "one move for a partition");
            moving[move.partition()] = move;
        }
        for (int i = 0; i < this.retiring.size(); i++) {
            require(this.retiring.get(i).partition() < ring.partitions(), "retiring holders of partitions there are");
            require(i == 0 || this.retiring.get(i - 1).compareTo(this.retiring.get(i)) < 0, "one entry for each");
        }
        for (Resizing each : resizings) {
            require(each.copies().size() == ring.partitions(), "a number of slots for each partition");
        }
    }

    /** A ring at rest since that epoch. */
    static Layout atRest(Ring ring, long epoch) {
        long[] changed = new long[ring.partitions()];
        Arrays.fill(changed, epoch);
        return new Layout(ring, Optional.empty(), List.of(), List.of(), List.of(), changed);
    }

    private static void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("a layout that breaks a rule; expected " + expected);
        }
    }

    /**
     * Who holds what.
     *
     * @return the ring of this epoch
     */
    public Ring ring() {
        return ring;
    }

    /**
     * Where the moves lead.
     *
     * @return the ring to come; empty at rest
     */
    public Optional<Ring> goal() {
        return goal;
    }

    /**
     * What is on its way.
     *
     * @return by partition; immutable
     */
    public List<Move> moves() {
        return moves;
    }

    /**
     * The move of a partition.
     *
     * @param partition from 0
     * @return empty if none of its slots moves
     */
    public Optional<Move> move(int partition) {
        return moving == null ? Optional.empty() : Optional.ofNullable(moving[partition]);
    }

    /**
     * Former holders that still have a replica.
     *
     * @return by partition; immutable
     */
    public List<Retiring> retiring() {
        return retiring;
    }

    /**
     * Buckets whose N changes.
     *
     * @return by bucket; immutable
     */
    public List<Resizing> resizings() {
        return resizings;
    }

    /**
     * The epoch of the last change of a partition's slots: a replica refuses requests that were made in an older one.
     *
     * @param partition from 0
     * @return at least 1
     */
    public long changed(int partition) {
        return changed[partition];
    }

    long[] changes() {
        return changed.clone();
    }

    /**
     * How many slots a bucket has in a partition, if there are as many members.
     *
     * @param bucket the bucket
     * @param partition from 0
     * @return its N, or while that changes the number that this partition has come to
     */
    public int copies(BucketDefinition bucket, int partition) {
        for (Resizing each : resizings) {
            if (each.bucket() == bucket.number()) {
                return each.copies().get(partition);
            }
        }
        return bucket.options().replicas();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Layout layout
                && ring.equals(layout.ring)
                && goal.equals(layout.goal)
                && moves.equals(layout.moves)
                && retiring.equals(layout.retiring)
                && resizings.equals(layout.resizings)
                && Arrays.equals(changed, layout.changed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ring, goal, moves, retiring, resizings, Arrays.hashCode(changed));
    }

    /** What is on its way; the ring would fill pages. */
    @Override
    public String toString() {
        return "Layout[" + moves.size() + " moves, " + retiring.size() + " retiring"
                + (goal.isPresent() ? ", on the way to another ring" : "") + "]";
    }
}
