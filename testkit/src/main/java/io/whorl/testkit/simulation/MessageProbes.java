package io.whorl.testkit.simulation;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/** What the messages between nodes tell of what the nodes do. */
final class MessageProbes {
    private static final int REQUESTS_KEPT = 4_096;

    private final Kernel kernel;
    private final Probes probes;
    /** None of these is ever iterated. */
    private final Map<Way, Step> streams = new HashMap<>();

    private final Map<Long, NodeId> forwards = new HashMap<>();
    private final Map<Long, NodeId> valueReads = new HashMap<>();

    /** Who takes which replica from whom. */
    private record Way(NodeId taker, NodeId source, ReplicaId replica) {}

    /** How far a stream is: its last question, and between which processes and over which connection it was asked. */
    private record Step(boolean begun, long takerRun, long sourceRun, long connection) {}

    MessageProbes(Kernel kernel) {
        this.kernel = kernel;
        this.probes = kernel.probes();
    }

    /** A message is sent, over the sender's present connection. */
    void sent(SimulatedTransport from, SimulatedTransport.Connection to, Message message) {
        if (message instanceof ReplicaMessage.Stream stream) {
            streamed(from, to, stream);
        } else if (message instanceof ReplicaMessage.StreamAnswer answer && answer.upTo() == null) {
            streams.remove(new Way(to.node(), from.self(), answer.replica()));
        } else if (message instanceof ReplicaMessage.Forward) {
            probes.hit(Probe.FORWARDED);
            probes.sometimes(Probe.FORWARDED_AGAIN, isElsewhere(forwards, to.node()));
        } else if (message instanceof ReplicaMessage.Read read) {
            probes.sometimes(Probe.VALUES_FETCHED, read.values() && isElsewhere(valueReads, to.node()));
        } else if (message instanceof ReplicaMessage.Refuse refuse) {
            refused(refuse.reason());
        } else if (message instanceof ReplicaMessage.Replicate replicate) {
            probes.sometimes(Probe.READ_REPAIR, replicate.announced().isEmpty());
        } else if (message instanceof ReplicaMessage.PullAnswer answer) {
            probes.sometimes(Probe.STREAM_BEGUN, answer.pruned());
        } else if (message instanceof ReplicaMessage.ReadAnswer answer) {
            probes.sometimes(Probe.READ_FROM_HINTS, !isHolder(from, answer.replica()));
        } else if (message instanceof HintMessage.Keep) {
            probes.hit(Probe.HINT_KEPT_FOR_ANOTHER);
        } else if (message instanceof HintMessage.HandOver) {
            probes.hit(Probe.HINT_HANDED_OVER);
        } else if (message instanceof RepairMessage.Push) {
            probes.hit(Probe.REMNANT_PUSHED);
        } else if (message instanceof RepairMessage.Summary) {
            probes.hit(Probe.SUMMARY_TOLD);
        }
    }

    private void refused(Refusal reason) {
        probes.sometimes(Probe.DOUBTFUL_REFUSED, reason == Refusal.FROZEN);
        probes.sometimes(Probe.STALE_EPOCH_REFUSED, reason == Refusal.STALE_EPOCH);
        probes.sometimes(Probe.STOPPED_FOR_A_MOVE, reason == Refusal.MOVING);
        probes.sometimes(Probe.HINT_REFUSED, reason == Refusal.HINTS_FULL);
        probes.sometimes(Probe.NOT_CAUGHT_UP, reason == Refusal.NOT_CAUGHT_UP);
        probes.sometimes(Probe.OVERLOAD_REFUSED, reason == Refusal.OVERLOADED);
    }

    private void streamed(SimulatedTransport from, SimulatedTransport.Connection to, ReplicaMessage.Stream stream) {
        Way way = new Way(from.self(), to.node(), stream.replica());
        Step next = new Step(stream.after() != null, from.run(), to.run(), to.number());
        Step before = streams.put(way, next);
        probes.sometimes(Probe.STREAM_WENT_ON, next.begun);
        if (before == null) {
            return;
        }
        boolean sameEnds = before.takerRun == next.takerRun && before.sourceRun == next.sourceRun;
        probes.sometimes(Probe.STREAM_MET_A_RESTART, !sameEnds);
        probes.sometimes(Probe.STREAM_RESUMED, sameEnds && next.begun && before.connection != next.connection);
        probes.sometimes(Probe.STREAM_RESTARTED, before.begun && !next.begun);
    }

    /** Whether the same request of a client has gone to another node before. */
    private boolean isElsewhere(Map<Long, NodeId> known, NodeId to) {
        if (kernel.cause() == Kernel.NO_CAUSE) {
            return false;
        }
        if (known.size() > REQUESTS_KEPT) {
            known.clear();
        }
        NodeId first = known.putIfAbsent(kernel.cause(), to);
        return first != null && !first.equals(to);
    }

    private static boolean isHolder(SimulatedTransport from, ReplicaId replica) {
        ClusterState state = from.process().host().node().state().orElse(null);
        return state == null
                || state.bucket(replica.bucket())
                        .map(bucket -> state.ring()
                                .primaries(replica.partition(), bucket.options().replicas())
                                .contains(from.self()))
                        .orElse(true);
    }
}
