package io.whorl.core.ring;

import io.whorl.core.version.MalformedBytesException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All that a cluster agrees on, as one immutable value per epoch.
 *
 * <p>Every change is a pure function to a state of the next epoch. Equal states have equal encodings: the lists are kept
 * in their canonical order, whatever order they were given in.
 *
 * @param id which cluster this is
 * @param line which line of its epochs: 0 from the founding, another one after each recovery from the loss of most voters
 * @param name the name its operators gave it: 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a letter,
 *     a digit or {@code _}
 * @param epoch the number of this state, from 1
 * @param members who takes part, by id; at least one, at most {@link #MAX_MEMBERS}
 * @param removed who was a member and never can be one again, the latest last
 * @param buckets which buckets there are, by number; numbers and names are unique
 * @param layout which member holds what, and what is on its way
 * @param voters the members that agree on the next epoch, by id; at least one
 * @param closings which runs that have ended are closed, or frozen
 */
public record ClusterState(
        ClusterId id,
        long line,
        String name,
        long epoch,
        List<Member> members,
        List<NodeId> removed,
        List<BucketDefinition> buckets,
        Layout layout,
        List<NodeId> voters,
        Closings closings) {
    /** The most members a cluster can have. */
    public static final int MAX_MEMBERS = 1_000;

    /** The most buckets a cluster can have. */
    public static final int MAX_BUCKETS = 10_000;

    /** How many removed nodes are remembered. */
    public static final int MAX_REMOVED = 1_000;

    private static final long FIRST_EPOCH = 1;

    /**
     * Sorts the lists and checks that the parts agree.
     *
     * @throws IllegalArgumentException if the name or the epoch is out of its bounds, if there are too many members or
     *     buckets or no member or voter, if anything is named twice, if a bucket is of a later epoch, or if the ring or
     *     the voters name a node that is no member
     */
    public ClusterState {
        Objects.requireNonNull(id, "id");
        Names.require(name, "cluster name");
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(closings, "closings");
        removed = List.copyOf(removed);
        members = sorted(members, Comparator.comparing(Member::id));
        buckets = sorted(buckets, Comparator.comparingLong(BucketDefinition::number));
        voters = sorted(voters, Comparator.naturalOrder());
        require(epoch >= FIRST_EPOCH, "an epoch is at least 1, not " + epoch);
        require(!members.isEmpty() && members.size() <= MAX_MEMBERS, "a cluster has 1 to " + MAX_MEMBERS + " members");
        require(buckets.size() <= MAX_BUCKETS, "a cluster has at most " + MAX_BUCKETS + " buckets");
        require(removed.size() <= MAX_REMOVED, "at most " + MAX_REMOVED + " removed nodes are remembered");
        requireDistinct(removed, node -> node, "entries of removed nodes name one node: ");
        requireDistinct(members, Member::id, "members have one id: ");
        requireDistinct(buckets, BucketDefinition::number, "buckets have one number: ");
        requireDistinct(buckets, BucketDefinition::name, "buckets have one name: ");
        requireDistinct(voters, voter -> voter, "places among the voters go to one node: ");
        for (BucketDefinition bucket : buckets) {
            require(bucket.number() <= epoch, "bucket " + bucket + " is of an epoch after " + epoch);
        }
        require(!voters.isEmpty(), "a cluster has at least one voter");
        Set<NodeId> ids = new LinkedHashSet<>(members.stream().map(Member::id).toList());
        requireMembers(voters, ids, "voter");
        requireMembers(layout.ring().nodes(), ids, "owner in the ring");
        if (layout.goal().isPresent()) {
            requireMembers(layout.goal().get().nodes(), ids, "owner in the goal");
        }
        for (Move move : layout.moves()) {
            requireMembers(
                    Stream.concat(move.outgoing().stream(), move.incoming().stream())
                            .toList(),
                    ids,
                    "holder");
            require(move.begun() <= epoch, "a move began after epoch " + epoch);
        }
        requireMembers(layout.retiring().stream().map(Retiring::node).toList(), ids, "retiring holder");
    }

    /**
     * A state in which no run is closed.
     *
     * @throws IllegalArgumentException as the other one does
     */
    public ClusterState(
            ClusterId id,
            long line,
            String name,
            long epoch,
            List<Member> members,
            List<NodeId> removed,
            List<BucketDefinition> buckets,
            Layout layout,
            List<NodeId> voters) {
        this(id, line, name, epoch, members, removed, buckets, layout, voters, Closings.NONE);
    }

    /**
     * The state of epoch 1.
     *
     * @param id a fresh random id
     * @param name the cluster's name
     * @param members the founding members
     * @param partitions Q, fixed for the cluster's life: a power of two between 1 and {@link Ring#MAX_PARTITIONS}
     * @param initial buckets that exist from the beginning. A bucket's number is its epoch and is never shared, so this is
     *     none or one, of number 1; further ones come by {@link Change.CreateBucket}
     * @return the state, with the ring that {@link Placement#plan} gives
     * @throws IllegalArgumentException if an argument is out of its bounds
     */
    public static ClusterState found(
            ClusterId id, String name, List<Member> members, int partitions, List<BucketDefinition> initial) {
        Ring ring = Placement.plan(members, partitions, Optional.empty());
        return new ClusterState(
                id,
                0,
                name,
                FIRST_EPOCH,
                members,
                List.of(),
                initial,
                Layout.atRest(ring, FIRST_EPOCH),
                Voters.choose(members, List.of()));
    }

    /**
     * Which member owns what.
     *
     * @return the ring of this epoch
     */
    public Ring ring() {
        return layout.ring();
    }

    /**
     * A bucket's slots in a partition: who is read, and who has to take the writes.
     *
     * @param bucket the bucket
     * @param partition from 0
     * @return the slots and the quorums
     */
    public ReplicaSlots slots(BucketDefinition bucket, int partition) {
        return new SlotView(this, bucket, partition).slots();
    }

    /**
     * The nodes that stand in for a partition's holders.
     *
     * @param bucket the bucket
     * @param partition from 0
     * @return the active members among the preference list after the holders, in its order; perhaps none
     */
    public List<NodeId> fallbacks(BucketDefinition bucket, int partition) {
        return new SlotView(this, bucket, partition).fallbacks();
    }

    /**
     * Everyone who has this replica or is taking it, or has been a holder and has not dropped it yet.
     *
     * @param bucket the bucket
     * @param partition from 0
     * @return distinct members; those that were removed are not among them
     */
    public List<NodeId> replicaNodes(BucketDefinition bucket, int partition) {
        return new SlotView(this, bucket, partition).replicaNodes();
    }

    /**
     * The buckets whose holders a move changes.
     *
     * @param move one of this state's moves
     * @return by number; perhaps none
     */
    public List<BucketDefinition> concerned(Move move) {
        return buckets.stream()
                .filter(bucket -> new SlotView(this, bucket, move.partition()).concerns(move))
                .toList();
    }

    /**
     * The node that carries a move out: the incoming one; where a slot is given up, its holder, or while that is lost the most
     * preferred of the others.
     *
     * @param move one of this state's moves
     * @return the driver; empty if nobody is left
     */
    public Optional<NodeId> driver(Move move) {
        return MoveChanges.driver(move, ring().preferenceList(move.partition()), members);
    }

    /**
     * This state after a change, in the next epoch.
     *
     * @param change what is to be different
     * @return how it ended: the next state, or why there is none
     */
    public Change.Result after(Change change) {
        Draft draft = new Draft(this);
        Change.Judgement judgement = draft.apply(change);
        return new Change.Result(judgement, judgement == Change.DONE ? draft.build() : this);
    }

    /**
     * The member with this id.
     *
     * @param node whom to look for
     * @return the member, or empty if the node is none
     */
    public Optional<Member> member(NodeId node) {
        // Every request asks this of every holder, so it must not take longer the more members there are.
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = members.get(middle).id().compareTo(node);
            if (order == 0) {
                return Optional.of(members.get(middle));
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return Optional.empty();
    }

    /**
     * A node as operators look for it.
     *
     * @param node whom to name
     * @return its identity, and its address if it is a member
     */
    public String named(NodeId node) {
        return member(node).map(found -> node + " at " + found.address()).orElse(node.toString());
    }

    /**
     * The bucket of this name.
     *
     * @param bucketName what to look for
     * @return the bucket, or empty if there is none
     */
    public Optional<BucketDefinition> bucket(String bucketName) {
        return buckets.stream()
                .filter(bucket -> bucket.name().equals(bucketName))
                .findFirst();
    }

    /**
     * The bucket with this number.
     *
     * @param number the epoch that created it
     * @return the bucket, or empty if there is none
     */
    public Optional<BucketDefinition> bucket(long number) {
        return buckets.stream().filter(bucket -> bucket.number() == number).findFirst();
    }

    /**
     * The canonical encoding: equal states give equal bytes.
     *
     * @return a new array
     */
    public byte[] encode() {
        return ClusterStateCodec.encode(this);
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @param bytes the encoding
     * @return the state
     * @throws MalformedBytesException if the bytes are not the canonical encoding of a state, or of a later version
     */
    public static ClusterState decode(byte[] bytes) {
        return ClusterStateCodec.decode(bytes);
    }

    private static <T> List<T> sorted(List<T> values, Comparator<T> order) {
        return values.stream().sorted(order).toList();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static <T, K> void requireDistinct(List<T> values, Function<T, K> key, String otherwise) {
        require(values.stream().map(key).distinct().count() == values.size(), "no two " + otherwise + values);
    }

    private static void requireMembers(List<NodeId> nodes, Set<NodeId> ids, String what) {
        for (NodeId node : nodes) {
            if (!ids.contains(node)) {
                throw new IllegalArgumentException(what + " " + node + " is no member; members are " + ids);
            }
        }
    }
}
