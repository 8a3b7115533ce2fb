package io.whorl.core.repair;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Anti-entropy of one lane's replicas: tells peers what was seen, asks them for what is lacking, answers theirs, and prunes the
 * dot logs by what it learns. At an interval, when a peer comes back, and when a replication has failed.
 *
 * <p>Source: replication.md, "Anti-entropy"; {@code pull} and {@code prune} of dots.py.
 */
public final class AntiEntropy {
    private final ReplicaLane lane;
    private final LongSupplier numbers;
    private final RepairSettings settings;
    private final Upkeep upkeep;
    private final Serving serving;
    private final Streams streams = new Streams();
    private final Budget taking;
    private final Map<ReplicaId, LocalReplica> replicas = new TreeMap<>();
    private final Map<ReplicaId, Map<NodeId, Exchange>> exchanges = new TreeMap<>();
    private final Map<NodeId, PeerLine> lines = new TreeMap<>();
    private final Map<NodeId, Long> heardAt = new TreeMap<>();

    /**
     * @param numbers gives numbers for messages, each higher than the last
     */
    public AntiEntropy(ReplicaLane lane, LongSupplier numbers, RepairSettings settings) {
        this.lane = lane;
        this.numbers = numbers;
        this.settings = settings;
        this.upkeep = new Upkeep(lane, settings.dotLogLimit());
        this.taking = new Budget(settings.bytesPerSecond(), settings.batchBytes());
        this.serving = new Serving(lane, new Budget(settings.bytesPerSecond(), settings.batchBytes()));
    }

    /** A replica has been opened; it has no peers before {@link #peers}. */
    public void add(Replica replica) {
        replicas.put(replica.id(), new LocalReplica(replica));
        exchanges.put(replica.id(), new TreeMap<>());
    }

    /**
     * Who else has the replica from now on. Those that had it before are told again what is known here: they may come to the same change
     * of its slots by another way, and begin anew with this node, which nobody tells it.
     */
    public void peers(ReplicaId id, Peers peers) {
        Map<NodeId, Exchange> known = exchanges.get(id);
        for (NodeId peer : List.copyOf(known.keySet())) {
            if (!peers.all().contains(peer) || peers.anew().contains(peer)) {
                line(peer).remove(known.remove(peer), true);
            }
        }
        for (NodeId peer : peers.all()) {
            if (!known.containsKey(peer)) {
                Exchange exchange = new Exchange(replicas.get(id), peer, settings);
                known.put(peer, exchange);
                line(peer).add(exchange);
            } else {
                line(peer).tellAgain(id);
            }
            known.get(peer).is(peers.sources().contains(peer), peers.holders().contains(peer));
        }
    }

    /** The replica is dropped, with all that was known of it. */
    public void remove(ReplicaId id) {
        replicas.remove(id).gone();
        Map<NodeId, Exchange> known = exchanges.remove(id);
        known.forEach((peer, exchange) -> line(peer).remove(exchange, false));
    }

    /** What is shared with these peers has changed: they are told and asked at once, not only at the next round. */
    public void changed(Set<NodeId> peers) {
        peers.forEach(peer -> line(peer).round());
    }

    /**
     * A peer said that it has seen this of a replica; what is lacking here is asked for at once.
     */
    public void lacks(ReplicaId id, NodeId peer, DotSet seen) {
        Exchange exchange = exchange(id, peer);
        if (exchange != null && !replicas.get(id).replica().seen().containsAll(seen)) {
            exchange.marks().heard(seen, DotSet.empty());
            line(peer).ask(exchange);
        }
    }

    /** Whether a remnant of this replica names what one of these peers may never ask for, and has not been told of. */
    public boolean hasToPush(ReplicaId id, Collection<NodeId> peers) {
        return peers.stream()
                .map(peer -> exchange(id, peer))
                .anyMatch(exchange -> exchange != null && exchange.hasToPush());
    }

    private PeerLine line(NodeId peer) {
        return lines.computeIfAbsent(peer, each -> new PeerLine(each, lane, numbers, settings, streams, taking));
    }

    /**
     * One round: prunes, strips what is due, and asks and tells wherever there is something to ask or to tell.
     *
     * @return whether there was, or something that was asked or told is still open; what a peer lacks that cannot be reached does not
     *     count
     */
    public boolean round() {
        boolean busy = false;
        for (Map.Entry<ReplicaId, LocalReplica> each : replicas.entrySet()) {
            busy |= upkeep.round(each.getValue(), exchanges.get(each.getKey()).values());
        }
        for (PeerLine line : lines.values()) {
            busy |= line.round();
        }
        return busy;
    }

    /** A peer is connected; if it is another run than before, what was known of it is forgotten. */
    public void connected(NodeId peer, long run) {
        line(peer).connected(run);
    }

    /** The connection to a peer is lost: what was asked will not be answered. */
    public void disconnected(NodeId peer) {
        line(peer).interrupted();
    }

    /** A write of this replica was not acknowledged by a peer, which is told soon what it lacks. */
    public void replicationFailed(NodeId peer, ReplicaId replica) {
        PeerLine line = lines.get(peer);
        if (line != null) {
            line.replicationFailed(replica);
        }
    }

    /** A peer that did not answer for a while does again: what is due is asked now. */
    public void returned(NodeId peer) {
        PeerLine line = lines.get(peer);
        if (line != null) {
            line.round();
        }
    }

    /** A replica of this node has taken itself anew: what it and its peers knew of each other is forgotten, and they are asked. */
    public void anew(ReplicaId replica) {
        lines.values().forEach(line -> line.anew(replica));
    }

    /** Asks each peer of a replica, also one that seems to have nothing for it, until {@link #caughtUp} is true. */
    public void verify(ReplicaId replica) {
        exchanges.getOrDefault(replica, new TreeMap<>()).values().forEach(exchange -> exchange.verify(false));
    }

    /**
     * Whether a peer, in the present runs of both nodes, has answered this replica whole, or was streamed to the end, or has found
     * itself to have seen exactly the same; each to a question asked since the runs met and since {@link #anew}.
     */
    public boolean caughtUp(ReplicaId replica, NodeId peer) {
        Exchange exchange = exchange(replica, peer);
        return exchange != null && exchange.catchUp().isCaughtUp();
    }

    /** How far each replica and each of its peers are apart, in order. */
    public List<RepairStatus> status() {
        List<RepairStatus> all = new ArrayList<>();
        long now = lane.lane().nanoTime();
        exchanges.values().forEach(peers -> peers.values().forEach(exchange -> all.add(exchange.status(now))));
        return all;
    }

    /** For each peer that has said something since this node started: how many nanoseconds ago it last did. */
    public Map<NodeId, Long> sinceHeard() {
        long now = lane.lane().nanoTime();
        Map<NodeId, Long> since = new TreeMap<>();
        heardAt.forEach((peer, at) -> since.put(peer, now - at));
        return since;
    }

    private void noteHeard(NodeId peer) {
        heardAt.put(peer, lane.lane().nanoTime());
    }

    /** A peer asks what it lacks. */
    public void serve(NodeId from, long run, Replica replica, ReplicaMessage.Pull pull) {
        noteHeard(from);
        Exchange exchange = exchange(pull.replica(), from);
        if (exchange != null) {
            exchange.marks().heard(pull.seen(), pull.durable());
        }
        serving.serve(from, run, replica, pull);
    }

    /** A peer streams this replica and asks for the next stretch. */
    public void serve(NodeId from, long run, Replica replica, ReplicaMessage.Stream stream) {
        serving.serve(from, run, replica, stream);
    }

    /** A peer pushes records of this replica. */
    public void serve(NodeId from, long run, Replica replica, RepairMessage.Push push) {
        serving.serve(from, run, replica, push);
    }

    /** A peer told what it has seen, and knew this epoch then. */
    public void heard(NodeId from, long run, long epoch, RepairMessage.Summary summary) {
        noteHeard(from);
        line(from).heard(run, epoch, summary);
    }

    /** A peer answered what this side told it, and knew this epoch then. */
    public void answered(NodeId from, long epoch, RepairMessage.SummaryAnswer answer) {
        noteHeard(from);
        line(from).answered(epoch, answer);
    }

    /** A peer has joined what this side pushed. */
    public void answered(NodeId from, RepairMessage.PushAnswer answer) {
        Exchange exchange = exchange(answer.replica(), from);
        if (exchange != null) {
            line(from).pushed(exchange, answer.request());
        }
    }

    /** An answer to one of this side's questions. */
    public void answered(NodeId from, ReplicaMessage answer) {
        noteHeard(from);
        Exchange exchange = exchange(answer.replica(), from);
        if (exchange == null || !exchange.local().isSound()) {
            return;
        }
        if (answer instanceof ReplicaMessage.PullAnswer pulled) {
            line(from).answered(exchange, pulled);
        } else if (answer instanceof ReplicaMessage.StreamAnswer streamed) {
            line(from).answered(exchange, streamed);
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            line(from).refused(exchange, refuse);
        }
    }

    private Exchange exchange(ReplicaId id, NodeId peer) {
        Map<NodeId, Exchange> peers = exchanges.get(id);
        return peers == null ? null : peers.get(peer);
    }
}
