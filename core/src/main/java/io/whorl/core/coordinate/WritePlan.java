package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;
import io.whorl.core.quorum.SlotTally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.quorum.Zones;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a write has to go, by the cluster state of one epoch: its slots, what is required of them, and the fallbacks not in use yet. */
final class WritePlan {
    private final RequestLane lane;
    private final Order order;
    private final KeySlots key;
    private final long changed;
    private final Zones zones;
    /** Immutable until one of them is used. */
    private List<NodeId> unused = List.of();

    private WritePlan(RequestLane lane, Order order, ClusterState state) {
        this.lane = lane;
        this.order = order;
        this.key = lane.slots(order.id(), order.bucket());
        this.changed = order.changed(state);
        this.zones = Zones.of(state, key.slots(), order.zones());
        if (!order.strict() || lane.has(PlantedBug.FALLBACK_COUNTS_IN_STRICT)) {
            unused = key.fallbacks();
            use(lane.self());
        }
    }

    /** By what the lane knows now. */
    static WritePlan of(RequestLane lane, Order order) {
        return new WritePlan(lane, order, lane.state());
    }

    ReplicaSlots slots() {
        return key.slots();
    }

    /** The epoch of the last change of the slots; a later one makes another plan necessary. */
    long changed() {
        return changed;
    }

    /** Nobody has been asked yet. */
    SlotTally begin() {
        int required = order.writeQuorum(key.slots());
        if (lane.has(PlantedBug.MOVING_SLOT_ACKNOWLEDGED_BY_ONE)) {
            List<Slot> all =
                    key.slots().slots().stream().map(WritePlan::byOutgoing).toList();
            return SlotTally.of(required, all, false);
        }
        return lane.has(PlantedBug.NODE_COUNTED_TWICE)
                ? SlotTally.of(required, key.slots().slots(), true)
                : key.unasked().requiring(required);
    }

    private static Slot byOutgoing(Slot slot) {
        List<NodeId> first =
                slot.writers().subList(0, Math.min(1, slot.writers().size()));
        return new Slot(slot.reader(), first, slot.counts(), slot.demanded());
    }

    /**
     * Why the write cannot be acknowledged, before anything is done.
     *
     * @param asked a tally of all who will be asked
     */
    Optional<Failure> unavailable(SlotTally asked) {
        if (verdict(asked) != Verdict.IMPOSSIBLE) {
            return Optional.empty();
        }
        int fillable = asked.possible(spare().size());
        return Optional.of(
                fillable < asked.required()
                        ? Failures.unavailable(order, asked.required(), fillable, "the write")
                        : Failures.demanded(order, asked.required(), fillable, "the write"));
    }

    /** The fallbacks that could be asked now. */
    List<NodeId> spare() {
        if (unused.isEmpty()) {
            return unused;
        }
        List<NodeId> spare = new ArrayList<>(unused.size());
        for (NodeId node : unused) {
            if (lane.isReachable(node)) {
                spare.add(node);
            }
        }
        return spare;
    }

    boolean hasUnused() {
        return !unused.isEmpty();
    }

    /** The fallback to be asked next: the most preferred, or if a zone is lacking the most preferred of another zone. */
    Optional<NodeId> next(SlotTally tally) {
        List<NodeId> spare = spare();
        List<NodeId> expected = zones.required() == 1 ? List.of() : tally.expectedKeepers();
        Optional<NodeId> elsewhere = zones.spanned(expected)
                ? Optional.empty()
                : spare.stream().filter(node -> zones.isNew(node, expected)).findFirst();
        return elsewhere.or(() -> spare.stream().findFirst());
    }

    void use(NodeId fallback) {
        if (unused.contains(fallback)) {
            unused = new ArrayList<>(unused);
            unused.remove(fallback);
        }
    }

    /** Whether it will be satisfied if everyone acknowledges who was asked and is not overdue. */
    boolean isExpected(SlotTally tally) {
        return tally.isExpected() && zones.spanned(zones.required() == 1 ? List.of() : tally.expectedKeepers());
    }

    /** Whether the write is decided, and how. */
    Verdict verdict(SlotTally tally) {
        if (zones.required() == 1 && tally.isSatisfied()) {
            return Verdict.SATISFIED;
        }
        List<NodeId> spare = spare();
        Verdict bySlots = tally.verdict(spare.size());
        if (bySlots == Verdict.IMPOSSIBLE) {
            return bySlots;
        }
        Verdict byZones = zones.verdict(tally, spare);
        return byZones == Verdict.SATISFIED ? bySlots : byZones;
    }
}
