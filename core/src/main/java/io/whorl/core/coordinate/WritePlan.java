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
    private final ReplicaSlots slots;
    private final long changed;
    private final Zones zones;
    private final List<NodeId> unused = new ArrayList<>();

    private WritePlan(RequestLane lane, Order order, ClusterState state) {
        this.lane = lane;
        this.order = order;
        this.slots = order.slots(lane);
        this.changed = order.changed(state);
        this.zones = Zones.of(state, slots, order.zones());
        if (!order.strict() || lane.has(PlantedBug.FALLBACK_COUNTS_IN_STRICT)) {
            unused.addAll(order.fallbacks(lane));
            unused.remove(lane.self());
        }
    }

    /** By what the lane knows now. */
    static WritePlan of(RequestLane lane, Order order) {
        return new WritePlan(lane, order, lane.state());
    }

    ReplicaSlots slots() {
        return slots;
    }

    /** The epoch of the last change of the slots; a later one makes another plan necessary. */
    long changed() {
        return changed;
    }

    /** Nobody has been asked yet. */
    SlotTally begin() {
        List<Slot> all = slots.slots();
        if (lane.has(PlantedBug.MOVING_SLOT_ACKNOWLEDGED_BY_ONE)) {
            all = all.stream().map(WritePlan::byOutgoing).toList();
        }
        return SlotTally.of(order.writeQuorum(slots), all, lane.has(PlantedBug.NODE_COUNTED_TWICE));
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
        return unused.stream().filter(lane::isReachable).toList();
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
        unused.remove(fallback);
    }

    /** Whether it will be satisfied if everyone acknowledges who was asked and is not overdue. */
    boolean isExpected(SlotTally tally) {
        return tally.isExpected() && zones.spanned(zones.required() == 1 ? List.of() : tally.expectedKeepers());
    }

    /** Whether the write is decided, and how. */
    Verdict verdict(SlotTally tally) {
        List<NodeId> spare = spare();
        Verdict bySlots = tally.verdict(spare.size());
        if (bySlots == Verdict.IMPOSSIBLE) {
            return bySlots;
        }
        Verdict byZones = zones.verdict(tally, spare);
        return byZones == Verdict.SATISFIED ? bySlots : byZones;
    }
}
