package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The next epoch's state while changes are made to it, one after the other: several of them may share an epoch. Not thread-safe.
 *
 * <p>Whatever the changes were, at the end the ring goes as far toward its goal as it can without a replica moving, members that
 * hold nothing any more and are lost go, and the voters are chosen anew where members came or went.
 */
public final class Draft {
    private final ClusterState before;
    final long epoch;
    private final List<NodeId> removed;
    private final MemberChanges memberChanges = new MemberChanges(this);
    private final BucketChanges bucketChanges = new BucketChanges(this);
    final MoveChanges moveChanges = new MoveChanges(this);
    private final ClosingChanges closingChanges = new ClosingChanges(this);
    final List<Member> members;
    final List<BucketDefinition> buckets;
    final List<List<NodeId>> lists;
    final List<Move> moves;
    final List<Retiring> retiring;
    final List<Resizing> resizings;
    final long[] changed;
    Optional<Ring> goal;
    Closings closings;
    private boolean done;
    private boolean votersMatter;

    /**
     * The beginnings of the epoch after this state's.
     *
     * @param before the newest state
     */
    public Draft(ClusterState before) {
        Layout layout = before.layout();
        this.before = before;
        this.epoch = before.epoch() + 1;
        this.members = new ArrayList<>(before.members());
        this.removed = new ArrayList<>(before.removed());
        this.buckets = new ArrayList<>(before.buckets());
        this.lists = new ArrayList<>();
        for (int partition = 0; partition < layout.ring().partitions(); partition++) {
            lists.add(layout.ring().preferenceList(partition));
        }
        this.moves = new ArrayList<>(layout.moves());
        this.retiring = new ArrayList<>(layout.retiring());
        this.resizings = new ArrayList<>(layout.resizings());
        this.changed = layout.changes();
        this.goal = layout.goal();
        this.closings = before.closings();
    }

    /**
     * Makes a change, unless it is refused or has been made.
     *
     * @param change what is to be different
     * @return how it ended; only {@link Change#DONE} has changed anything
     */
    public Change.Judgement apply(Change change) {
        Change.Judgement judgement;
        if (change instanceof Change.CreateBucket create) {
            judgement = bucketChanges.create(create);
        } else if (change instanceof Change.ChangeBucket changeBucket) {
            judgement = bucketChanges.change(changeBucket);
        } else if (change instanceof Change.DropBucket drop) {
            judgement = bucketChanges.drop(drop);
        } else if (change instanceof Change.BeginMoves begin) {
            judgement = moveChanges.begin(begin);
        } else if (change instanceof Change.ExcludeHolder exclude) {
            judgement = moveChanges.exclude(exclude.move());
        } else if (change instanceof Change.FinishMoves finish) {
            judgement = moveChanges.finish(finish.moves());
        } else if (change instanceof Change.AbortMove abort) {
            judgement = moveChanges.abort(abort.move());
        } else if (change instanceof Change.Dropped dropped) {
            judgement = moveChanges.dropped(dropped);
        } else if (change instanceof Change.FreezeRuns freeze) {
            judgement = closingChanges.freeze(freeze);
        } else if (change instanceof Change.CloseRuns close) {
            judgement = closingChanges.close(close);
        } else if (change instanceof Change.LiftFreeze lift) {
            judgement = closingChanges.lift(lift);
        } else {
            judgement = memberChanges.apply(change);
            votersMatter |= judgement == Change.DONE;
        }
        done |= judgement == Change.DONE;
        return judgement;
    }

    /**
     * Whether anything was changed.
     *
     * @return whether {@link #build()} makes another state than the one before
     */
    public boolean isChanged() {
        return done;
    }

    /**
     * The state of the next epoch.
     *
     * @return the next state; the one before if nothing was changed
     */
    public ClusterState build() {
        if (!done) {
            return before;
        }
        moveChanges.settle();
        dropLostMembers();
        List<NodeId> voters = before.voters();
        if (votersMatter) {
            voters = Voters.choose(active(), voters);
        }
        return new ClusterState(
                before.id(),
                before.line(),
                before.name(),
                epoch,
                members,
                removed,
                buckets,
                new Layout(Ring.of(lists), goal, moves, retiring, resizings, changed),
                voters,
                closings);
    }

    private void dropLostMembers() {
        for (Member member : List.copyOf(members)) {
            if (member.status() == Member.Status.REMOVED && !isNamed(member.id())) {
                forget(member.id());
            }
        }
    }

    /** Whether the ring, its goal or a move says something of a node. */
    boolean isNamed(NodeId node) {
        return lists.stream().anyMatch(list -> list.contains(node))
                || goal.filter(ring -> ring.nodes().contains(node)).isPresent()
                || moves.stream().anyMatch(move -> move.involves(node))
                || retiring.stream().anyMatch(each -> each.node().equals(node));
    }

    /** It is no member any more, and never will be again. */
    void forget(NodeId node) {
        members.removeIf(member -> member.id().equals(node));
        noteRemoved(node);
    }

    void noteRemoved(NodeId node) {
        if (!removed.contains(node)) {
            if (removed.size() == ClusterState.MAX_REMOVED) {
                removed.remove(0);
            }
            removed.add(node);
        }
    }

    boolean wasRemoved(NodeId node) {
        return removed.contains(node);
    }

    Optional<Member> member(NodeId node) {
        return members.stream().filter(member -> member.id().equals(node)).findFirst();
    }

    boolean has(NodeId node, Member.Status status) {
        return member(node).filter(member -> member.status() == status).isPresent();
    }

    void put(Member member) {
        members.removeIf(each -> each.id().equals(member.id()));
        members.add(member);
        members.sort(Comparator.comparing(Member::id));
    }

    /** Those that should own something. */
    List<Member> active() {
        return members.stream()
                .filter(member -> member.status() == Member.Status.ACTIVE)
                .toList();
    }

    Optional<Move> move(int partition) {
        return moves.stream().filter(move -> move.partition() == partition).findFirst();
    }

    /** How many slots a bucket has in a partition if there are as many members. */
    int copies(BucketDefinition bucket, int partition) {
        for (Resizing each : resizings) {
            if (each.bucket() == bucket.number()) {
                return each.copies().get(partition);
            }
        }
        return bucket.options().replicas();
    }

    /** The numbers of slots that buckets have in a partition, ascending, each once. */
    int[] copies(int partition) {
        return buckets.stream()
                .mapToInt(bucket -> copies(bucket, partition))
                .sorted()
                .distinct()
                .toArray();
    }

    static Change.Refused refused(Change.Why why, String reason) {
        return new Change.Refused(why, reason);
    }
}
