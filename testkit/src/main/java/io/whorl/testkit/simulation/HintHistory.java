package io.whorl.testkit.simulation;

import io.whorl.core.node.Node;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each host keeps as hints, according to its disk. A hint is a copy of the events that it announces: it counts as one, it is lost
 * with its disk, and it ends when it has been handed over. A fallback that coordinates makes an event in its hints; it is no replica,
 * so the event had seen the context that was given, or what the joined hints for the key said at that instant.
 */
final class HintHistory {
    private final History history;
    private final List<NavigableMap<byte[], StoredLayout.Hint>> hosts = new ArrayList<>();

    HintHistory(History history) {
        this.history = history;
    }

    private NavigableMap<byte[], StoredLayout.Hint> kept(SimulatedHost host) {
        while (hosts.size() <= host.index()) {
            hosts.add(new TreeMap<>(Arrays::compareUnsigned));
        }
        return hosts.get(host.index());
    }

    /** The hints of a host, in the order in which they lie on its disk. */
    List<StoredLayout.Hint> of(SimulatedHost host) {
        return List.copyOf(kept(host).values());
    }

    /** Whether a host keeps something for this target. */
    boolean isKeptFor(SimulatedHost host, NodeId target) {
        return kept(host).values().stream().anyMatch(hint -> hint.target().equals(target));
    }

    /** Whether some host keeps a copy of an event; for one that is gone for ever, since all other hints have been handed over. */
    boolean carry(WriteEvent event) {
        return hosts.stream()
                .flatMap(kept -> kept.values().stream())
                .anyMatch(hint -> hint.replica().bucket() == event.request.bucket.number()
                        && Arrays.equals(hint.key(), event.request.key)
                        && hint.carried().contains(event.dot));
    }

    /** Takes note of a change of the hint space, at the instant before it takes effect. */
    void changed(SimulatedHost host, WriteBatch batch, WriteBatch.Change change) {
        NavigableMap<byte[], StoredLayout.Hint> kept = kept(host);
        if (change instanceof WriteBatch.Put put && put.space() == Space.HINTS) {
            put(host, batch, put);
        } else if (change instanceof WriteBatch.Delete delete && delete.space() == Space.HINTS) {
            history.probes().hit(Probe.HINT_REMOVED);
            StoredLayout.Hint gone = kept.remove(delete.key());
            if (gone != null) {
                requireTaken(host, gone);
            }
            release(host, gone);
        } else if (change instanceof WriteBatch.DeleteRange range && range.space() == Space.HINTS) {
            List<StoredLayout.Hint> gone = List.copyOf(
                    kept.subMap(range.from(), true, range.to(), false).values());
            kept.subMap(range.from(), true, range.to(), false).clear();
            gone.forEach(hint -> release(host, hint));
        }
    }

    private void put(SimulatedHost host, WriteBatch batch, WriteBatch.Put put) {
        StoredLayout.Hint hint = StoredLayout.hint(put.key(), put.value());
        ReplicaHistory replica = history.replica(hint.replica());
        DotSet before = carried(host, hint);
        for (Dot dot : hint.announced().minus(before).dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            boolean own = dot.actor().role() == Role.FALLBACK && dot.actor().run() == host.run();
            // A dot of its own that comes back from another fallback is nothing new.
            if (own && (known == null || history.isToBeMade(hint.key()))) {
                DotSet said = saidBefore(host, hint);
                history.made(host, replica, dot, hint.key(), said, batch);
                history.probes().hit(Probe.FALLBACK_COORDINATED);
                history.probes().sometimes(Probe.FALLBACK_SAW_ITS_HINTS, !said.isEmpty());
            } else if (known == null || !Arrays.equals(known.key().key, hint.key())) {
                history.found(
                        Checker.REUSED_DOT,
                        host + " keeps a hint that announces dot " + dot + " of replica " + replica.id + " for key "
                                + ReplicaHistory.text(hint.key()) + ", but that is "
                                + (known == null ? "nobody's" : known.event().toString()));
            }
        }
        history.stored(host, replica, hint.key(), hint.record());
        StoredLayout.Hint former = kept(host).put(put.key(), hint);
        history.probes().hit(former == null ? Probe.HINT_KEPT : Probe.HINT_JOINED);
        hint.carried().dots().forEach(dot -> heldNow(host, replica, dot));
        release(host, former);
    }

    private void heldNow(SimulatedHost host, ReplicaHistory replica, Dot dot) {
        ReplicaHistory.Written known = replica.event(dot);
        if (known != null && !known.event().isHeldBy(host.index())) {
            known.event().heldBy(host.index(), host.disk().applied() + 1);
        }
    }

    /** All events that the host's hints for the key are copies of. */
    private DotSet carried(SimulatedHost host, StoredLayout.Hint like) {
        DotSet carried = DotSet.empty();
        for (StoredLayout.Hint each : kept(host).values()) {
            carried = each.isOfKeyOf(like) ? carried.join(each.carried()) : carried;
        }
        return carried;
    }

    private DotSet saidBefore(SimulatedHost host, StoredLayout.Hint like) {
        DotSet said = DotSet.empty();
        for (StoredLayout.Hint each : kept(host).values()) {
            said = each.isOfKeyOf(like)
                    ? said.join(
                            history.replica(each.replica()).exact(each.record()).history())
                    : said;
        }
        return said;
    }

    /** A hint is removed only once its target has durably taken what the hint carried, though it may have lost it again with its disk. */
    private void requireTaken(SimulatedHost host, StoredLayout.Hint gone) {
        Optional<ClusterState> known = Optional.ofNullable(host.node()).flatMap(Node::state);
        Optional<ClusterState> before = known.flatMap(state -> history.epochs().at(state.epoch() - 1));
        Optional<String> lacks = lacks(gone, known);
        // A node knows an epoch a moment before each of its lanes does.
        if (lacks.isPresent() && (before.isEmpty() || lacks(gone, before).isPresent())) {
            history.found(
                    Checker.HINT_DROPPED,
                    host + " removes a hint of " + lacks.get() + ", in epoch "
                            + known.get().epoch() + " of replica " + gone.replica() + " for node " + gone.target()
                            + ", whose slots are "
                            + known.get()
                                    .bucket(gone.replica().bucket())
                                    .map(bucket -> known.get()
                                            .slots(bucket, gone.replica().partition())
                                            .slots()));
        }
    }

    private Optional<String> lacks(StoredLayout.Hint gone, Optional<ClusterState> state) {
        for (NodeId node : state.map(known -> owed(known, gone)).orElse(List.of())) {
            SimulatedHost target = history.fleet().of(node);
            if (target != null && !target.isDead() && node.equals(target.id())) {
                Optional<String> lacks = lacks(gone, target);
                if (lacks.isPresent()) {
                    return lacks;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> lacks(StoredLayout.Hint gone, SimulatedHost target) {
        ReplicaHistory replica = history.replica(gone.replica());
        for (Dot dot : gone.carried().dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known == null || known.event().lostForGood.get(target.index())) {
                continue;
            }
            boolean seen = replica.seenBy(target.index()).contains(dot);
            boolean durable =
                    known.event().batches[target.index()] <= target.disk().synced();
            // It had it until it erased its replica, which is judged by itself; its answer may have been on its way.
            boolean erased = replica.erasedBy(target.index()).contains(dot);
            if (erased && durable) {
                continue;
            }
            // What a disk was set back by, its node may have got again since, after its answer was on its way.
            boolean again = seen && known.event().lost.get(target.index());
            if (!seen || !durable && !again) {
                return Optional.of(
                        known.event() + " for " + target + ", which has " + (seen ? "not synced it" : "not seen it"));
            }
        }
        return Optional.empty();
    }

    /**
     * Who has to have what the hint carried, as far as the host knows: the complete holder of the target's slot, from whom an incoming
     * one takes it; the target itself, where there is none; all complete holders, if the target has no slot any more. Nobody, once the
     * bucket is dropped.
     */
    private static List<NodeId> owed(ClusterState state, StoredLayout.Hint hint) {
        Optional<BucketDefinition> bucket = state.bucket(hint.replica().bucket());
        if (bucket.isEmpty()) {
            return List.of();
        }
        ReplicaSlots slots = state.slots(bucket.get(), hint.replica().partition());
        for (Slot slot : slots.slots()) {
            if (slot.writers().contains(hint.target())) {
                return List.of(slot.reader().orElse(hint.target()));
            }
        }
        return slots.readers();
    }

    /** Whether a host keeps a copy of an event as a hint. */
    boolean keeps(SimulatedHost host, WriteEvent event) {
        return kept(host).values().stream()
                .anyMatch(hint -> hint.replica().bucket() == event.request.bucket.number()
                        && Arrays.equals(hint.key(), event.request.key)
                        && hint.carried().contains(event.dot));
    }

    /** A hint is there no more: those of its events that no other hint of the host has are its no longer. */
    private void release(SimulatedHost host, StoredLayout.Hint gone) {
        if (gone == null) {
            return;
        }
        ReplicaHistory replica = history.replica(gone.replica());
        for (Dot dot : gone.carried().minus(carried(host, gone)).dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known != null && !replica.seenBy(host.index()).contains(dot)) {
                known.event().releasedBy(host.index());
            }
        }
    }

    /** A host has lost something, or got back what it had removed: its hints are those on its disk. */
    void lost(SimulatedHost host, boolean synced) {
        NavigableMap<byte[], StoredLayout.Hint> before = new TreeMap<>(kept(host));
        NavigableMap<byte[], StoredLayout.Hint> after = kept(host);
        after.clear();
        host.disk()
                .range(Space.HINTS, new byte[0], null)
                .forEach((key, value) -> StoredLayout.readableHint(key, value).ifPresent(hint -> after.put(key, hint)));
        for (StoredLayout.Hint hint : after.values()) {
            ReplicaHistory replica = history.replica(hint.replica());
            for (Dot dot : hint.carried().dots()) {
                ReplicaHistory.Written known = replica.event(dot);
                if (known != null) {
                    known.event().returnedTo(host.index());
                }
            }
        }
        for (StoredLayout.Hint hint : before.values()) {
            ReplicaHistory replica = history.replica(hint.replica());
            for (Dot dot : hint.carried().minus(carried(host, hint)).dots()) {
                ReplicaHistory.Written known = replica.event(dot);
                if (known != null && !replica.seenBy(host.index()).contains(dot)) {
                    known.event().lostBy(host.index(), synced);
                }
            }
        }
    }
}
