package io.whorl.core.repair;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.Missing;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.replica.Section;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Anti-entropy of one lane's replicas: asks peers at an interval and when one comes back, answers theirs, and prunes the dot logs
 * by what it learns.
 *
 * <p>Source: replication.md, "Anti-entropy"; {@code pull} and {@code prune} of dots.py.
 */
public final class AntiEntropy {
    private static final int MOST_BYTES = 4 << 20;
    private static final int RESTRIPPED_AT_ONCE = 64;
    private static final int SETTLED_AT_ONCE = 256;
    private static final int PATIENCE_IN_INTERVALS = 4;

    private final ReplicaLane lane;
    private final LongSupplier numbers;
    private final long dotLogLimit;
    private final Exchange.Settings settings;
    private final Map<ReplicaId, Map<NodeId, Exchange>> exchanges = new TreeMap<>();
    private final Map<ReplicaId, Replica> replicas = new TreeMap<>();
    private final Map<NodeId, PeerLine> lines = new TreeMap<>();

    /**
     * @param numbers gives numbers for questions
     * @param interval nanoseconds between two rounds; a question counts as lost after four of them
     * @param batchBytes how many bytes of records an answer may have, about
     * @param dotLogLimit how many entries a dot log may have
     * @param bug a planted bug, or null
     */
    public AntiEntropy(
            ReplicaLane lane, LongSupplier numbers, long interval, int batchBytes, long dotLogLimit, PlantedBug bug) {
        this.lane = lane;
        this.numbers = numbers;
        this.dotLogLimit = dotLogLimit;
        this.settings = new Exchange.Settings(batchBytes, PATIENCE_IN_INTERVALS * interval, bug);
    }

    /** A replica has been opened; its peers are the partition's other holders. */
    public void add(Replica replica) {
        Map<NodeId, Exchange> peers = new TreeMap<>();
        for (NodeId holder : lane.state()
                .ring()
                .primaries(replica.id().partition(), replica.bucket().options().replicas())) {
            if (!holder.equals(lane.self())) {
                Exchange exchange = new Exchange(replica, holder, settings);
                peers.put(holder, exchange);
                lines.computeIfAbsent(holder, peer -> new PeerLine(peer, lane, numbers))
                        .add(exchange);
            }
        }
        replicas.put(replica.id(), replica);
        exchanges.put(replica.id(), peers);
    }

    /** One round: prunes, strips what is due, and asks wherever there is something to ask or to tell. */
    public void round() {
        for (Replica replica : replicas.values()) {
            if (replica.doubt().isEmpty()) {
                prune(replica);
                if (replica.isUnsettled()) {
                    settle(replica);
                }
                if (replica.hasDueRemnants() && replica.restrip(RESTRIPPED_AT_ONCE)) {
                    lane.lane().execute(() -> continueRestripping(replica));
                }
            }
        }
        lines.values().forEach(PeerLine::round);
    }

    /** Names what streams that were given up have brought, in small steps. */
    private void settle(Replica replica) {
        if (replica.doubt().isEmpty() && replica.isUnsettled()) {
            boolean more = replica.settle(SETTLED_AT_ONCE);
            lane.durableLine().touched(replica);
            if (more) {
                lane.lane().execute(() -> settle(replica));
            }
        }
    }

    private void continueRestripping(Replica replica) {
        if (replica.doubt().isEmpty() && replica.restrip(RESTRIPPED_AT_ONCE)) {
            lane.lane().execute(() -> continueRestripping(replica));
        }
    }

    private void prune(Replica replica) {
        if (replica.logged().isEmpty()) {
            return;
        }
        List<DotSet> known = new ArrayList<>();
        exchanges.get(replica.id()).values().forEach(exchange -> known.add(exchange.peerDurable()));
        replica.prune(known, dotLogLimit);
    }

    /** A peer is connected, perhaps as another run: what was known of it is forgotten, and it is asked again. */
    public void connected(NodeId peer) {
        PeerLine line = lines.get(peer);
        if (line != null) {
            line.reset();
        }
    }

    /** A peer that did not answer for a while does again: what is due is asked now. */
    public void returned(NodeId peer) {
        PeerLine line = lines.get(peer);
        if (line != null) {
            line.round();
        }
    }

    /** A peer asks what it lacks. */
    public void serve(NodeId from, long run, ReplicaMessage.Pull pull) {
        lane.replica(pull.replica()).ifPresent(replica -> {
            Exchange exchange = exchange(pull.replica(), from);
            if (exchange != null) {
                exchange.heard(pull.seen(), pull.durable());
            }
            Missing missing = replica.missing(pull.seen(), bounded(pull.maxBytes()));
            lane.answer(
                    from,
                    run,
                    new ReplicaMessage.PullAnswer(
                            pull.request(),
                            replica.id(),
                            replica.seen(),
                            replica.durable(),
                            missing.entries(),
                            missing.pruned(),
                            missing.more()));
        });
    }

    /** A peer streams this replica and asks for the next stretch. */
    public void serve(NodeId from, long run, ReplicaMessage.Stream stream) {
        lane.replica(stream.replica()).ifPresent(replica -> {
            Section section = replica.section(stream.after(), bounded(stream.maxBytes()));
            List<ReplicaMessage.Entry> entries =
                    new ArrayList<>(section.entries().size());
            for (Section.Entry entry : section.entries()) {
                entries.add(new ReplicaMessage.Entry(entry.key(), entry.record(), DotSet.empty()));
            }
            lane.answer(
                    from,
                    run,
                    new ReplicaMessage.StreamAnswer(
                            stream.request(), replica.id(), replica.seen(), entries, section.upTo()));
        });
    }

    /** An answer has room for one record at least, and is not as large as the asker likes. */
    private static int bounded(int maxBytes) {
        return Math.max(1, Math.min(maxBytes, MOST_BYTES));
    }

    /** An answer to one of this side's questions. */
    public void answered(NodeId from, ReplicaMessage answer) {
        Exchange exchange = exchange(answer.replica(), from);
        if (exchange == null || exchange.replica().doubt().isPresent()) {
            return;
        }
        boolean wasOpen = exchange.isOpen();
        if (answer instanceof ReplicaMessage.PullAnswer pulled) {
            exchange.answered(lane, pulled, numbers.getAsLong());
        } else if (answer instanceof ReplicaMessage.StreamAnswer streamed) {
            exchange.answered(lane, streamed, numbers.getAsLong());
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            exchange.refused(refuse.request());
        }
        if (wasOpen && !exchange.isOpen()) {
            lines.get(from).closed();
        }
    }

    private Exchange exchange(ReplicaId id, NodeId peer) {
        Map<NodeId, Exchange> peers = exchanges.get(id);
        return peers == null ? null : peers.get(peer);
    }
}
