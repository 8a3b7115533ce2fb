package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How one bucket sees one partition: the rules of cluster.md, "Moving a slot", for one epoch. */
final class SlotView {
    private final ClusterState state;
    private final Layout layout;
    private final BucketDefinition bucket;
    private final int partition;
    private final List<NodeId> list;
    private final int copies;
    private final int held;

    SlotView(ClusterState state, BucketDefinition bucket, int partition) {
        this.state = state;
        this.layout = state.layout();
        this.bucket = bucket;
        this.partition = partition;
        this.list = layout.ring().preferenceList(partition);
        this.copies = layout.copies(bucket, partition);
        this.held = Math.min(copies, list.size());
    }

    ReplicaSlots slots() {
        BucketOptions options = bucket.options();
        int read = options.readQuorum();
        int write = options.writeQuorum();
        for (Resizing each : layout.resizings()) {
            if (each.bucket() == bucket.number()) {
                read = Math.max(read, each.readQuorum());
                write = Math.max(write, each.writeQuorum());
            }
        }
        Optional<Move> move = layout.move(partition).filter(this::concerns);
        List<Slot> slots = new ArrayList<>(held + 1);
        List<Slot> demanded = new ArrayList<>(1);
        for (int rank = 0; rank < held; rank++) {
            NodeId holder = list.get(rank);
            if (move.isPresent() && move.get().rank() == rank) {
                moving(move.get(), holder, slots, demanded);
            } else {
                slots.add(isLost(holder) ? Slot.excluded(List.of()) : Slot.atRest(holder));
            }
        }
        move.filter(each -> each.phase() == Move.Phase.ADDING)
                .ifPresent(each -> demanded.add(Slot.added(each.incoming().orElseThrow())));
        slots.addAll(demanded);
        return new ReplicaSlots(slots, read, write);
    }

    private static void moving(Move move, NodeId holder, List<Slot> slots, List<Slot> demanded) {
        switch (move.phase()) {
            case TAKING -> slots.add(Slot.moving(holder, move.incoming().orElseThrow()));
            case EXCLUDED -> slots.add(Slot.excluded(List.of(move.incoming().orElseThrow())));
            case REMOVING -> demanded.add(Slot.removed(holder));
            case REMOVING_LOST -> {}
            case ADDING -> slots.add(Slot.atRest(holder));
        }
    }

    /** Whether the partition\'s move changes the holders of this bucket. */
    boolean concerns(Move move) {
        return concerns(move, bucket, copies, list);
    }

    /**
     * Whether a move of a partition changes the holders of a bucket.
     *
     * @param copies how many slots the bucket has there, if there are as many members
     * @param list the partition's preference list
     */
    static boolean concerns(Move move, BucketDefinition bucket, int copies, List<NodeId> list) {
        if (move.bucket() != 0) {
            return move.bucket() == bucket.number();
        }
        int held = Math.min(copies, list.size());
        return switch (move.phase()) {
            case TAKING, EXCLUDED ->
                move.rank() < held
                        && (!list.subList(0, held).contains(move.incoming().orElseThrow())
                                || move.incoming().equals(move.outgoing()));
            case ADDING -> copies > move.rank();
            case REMOVING, REMOVING_LOST -> held > move.rank();
        };
    }

    private boolean isLost(NodeId node) {
        return state.member(node)
                .filter(member -> member.status() == Member.Status.REMOVED)
                .isPresent();
    }

    List<NodeId> fallbacks() {
        Set<NodeId> writers = new LinkedHashSet<>(slots().writers());
        List<NodeId> fallbacks = new ArrayList<>();
        for (NodeId node : list.subList(held, list.size())) {
            boolean active = state.member(node)
                    .filter(member -> member.status() == Member.Status.ACTIVE)
                    .isPresent();
            if (active && !writers.contains(node)) {
                fallbacks.add(node);
            }
        }
        return fallbacks;
    }

    List<NodeId> replicaNodes() {
        Set<NodeId> nodes = new LinkedHashSet<>();
        slots().nodes().forEach(nodes::add);
        for (Retiring each : layout.retiring()) {
            if (each.partition() == partition && each.concerns(bucket.number(), copies)) {
                nodes.add(each.node());
            }
        }
        return List.copyOf(nodes);
    }
}
