package io.whorl.core.node;

import io.whorl.core.handoff.Handover;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.ring.NodeId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which run of each peer one lane talks with, which peers have let a request run out of time and said nothing since, and what the lane does
 * when one comes or goes.
 */
final class LanePeers {
    private final PartitionLane lane;
    private final RoundPace rounds;
    private final UnderWay requests;
    private final AntiEntropy antiEntropy;
    private final Handover handover;
    private final Map<NodeId, Long> runs = new TreeMap<>();
    private final TreeSet<NodeId> silent = new TreeSet<>();

    LanePeers(PartitionLane lane, RoundPace rounds, UnderWay requests, AntiEntropy antiEntropy, Handover handover) {
        this.lane = lane;
        this.rounds = rounds;
        this.requests = requests;
        this.antiEntropy = antiEntropy;
        this.handover = handover;
    }

    void connected(NodeId peer, long run) {
        if (lane.isStopped()) {
            return;
        }
        rounds.happened();
        Long before = runs.put(peer, run);
        heard(peer);
        if (before != null && before != run) {
            requests.lost(peer);
        }
        antiEntropy.connected(peer, run);
        handover.returned(peer);
    }

    /** A peer that was suspected, or counted as dead, answers again: what it has missed is to be made up for now. */
    void returned(NodeId peer) {
        if (!lane.isStopped()) {
            rounds.happened();
            heard(peer);
            antiEntropy.returned(peer);
            handover.returned(peer);
        }
    }

    void disconnected(NodeId peer, long run) {
        Long known = runs.get(peer);
        if (!lane.isStopped() && known != null && known == run) {
            rounds.happened();
            requests.lost(peer);
            antiEntropy.disconnected(peer);
        }
    }

    /** Whether a message of this run is of another one than the peer's present. */
    boolean isOther(NodeId peer, long run) {
        Long known = runs.get(peer);
        return known != null && known != run;
    }

    void heard(NodeId peer) {
        if (!silent.isEmpty()) {
            silent.remove(peer);
        }
    }

    void unanswered(NodeId peer) {
        silent.add(peer);
    }

    boolean isSilent(NodeId peer) {
        return !silent.isEmpty() && silent.contains(peer);
    }
}
