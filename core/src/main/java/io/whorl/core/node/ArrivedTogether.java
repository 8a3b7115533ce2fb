package io.whorl.core.node;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Messages about replicas that came from one peer together, sorted by the lanes that they are for. */
final class ArrivedTogether {
    private final Node node;
    private final NodeId from;
    private final long run;
    private final List<List<PeerInbox.Arrived>> byLane;

    ArrivedTogether(Node node, NodeId from, long run) {
        this.node = node;
        this.from = from;
        this.run = run;
        this.byLane = new ArrayList<>(node.laneCount());
        for (int i = 0; i < node.laneCount(); i++) {
            byLane.add(null);
        }
    }

    void add(Envelope envelope, ReplicaMessage message) {
        int index = message.replica().partition() % node.laneCount();
        List<PeerInbox.Arrived> mine = byLane.get(index);
        if (mine == null) {
            mine = new ArrayList<>();
            byLane.set(index, mine);
        }
        mine.add(new PeerInbox.Arrived(from, run, envelope.epoch(), envelope.asOf(), message));
    }

    /** Takes what was added to its lanes. */
    void deliver() {
        for (int i = 0; i < byLane.size(); i++) {
            List<PeerInbox.Arrived> mine = byLane.set(i, null);
            if (mine != null) {
                node.lanes().get(i).inbox().arrived(mine);
            }
        }
    }
}
