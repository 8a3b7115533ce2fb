package io.whorl.core.transfer;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.DotSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What other holders of a partition were asked, and what they said, since the last change of its slots. */
final class Questions {
    private static final long AGAIN_NANOS = 300_000_000L;
    private final TransferLane lane;
    private final int partition;
    private final long changed;
    private final Map<NodeId, Long> askedAt = new TreeMap<>();
    private final Map<NodeId, MoveMessage.Told> told = new TreeMap<>();

    Questions(TransferLane lane, int partition, long changed) {
        this.lane = lane;
        this.partition = partition;
        this.changed = changed;
    }

    long changed() {
        return changed;
    }

    /** Asks a node, unless that was done a moment ago. */
    void ask(NodeId node, boolean stop) {
        long now = lane.lane().nanoTime();
        Long last = askedAt.get(node);
        if ((last == null || now - last >= AGAIN_NANOS) && lane.isReachable(node)) {
            askedAt.put(node, now);
            lane.send(node, new MoveMessage.Ask(partition, changed, stop));
        }
    }

    /** Another question is to be asked at once. */
    void askAnew(NodeId node) {
        askedAt.remove(node);
    }

    /** Takes an answer; false if it is to a question of another epoch. */
    boolean take(NodeId from, MoveMessage.Told answer) {
        if (answer.changed() != changed) {
            return false;
        }
        told.put(from, answer);
        return true;
    }

    boolean hasStopped(NodeId node) {
        return told.containsKey(node) && told.get(node).stopped();
    }

    /** What a node said that it has seen of a bucket; empty if it did not answer, or cannot be counted on. */
    Optional<DotSet> seen(NodeId node, long bucket) {
        return held(node, bucket).map(MoveMessage.Held::seen);
    }

    /** What a node said that it has durably of a bucket. */
    Optional<DotSet> durable(NodeId node, long bucket) {
        return held(node, bucket).map(MoveMessage.Held::durable);
    }

    private Optional<MoveMessage.Held> held(NodeId node, long bucket) {
        MoveMessage.Told answer = told.get(node);
        return answer == null
                ? Optional.empty()
                : answer.replicas().stream()
                        .filter(each -> each.bucket() == bucket)
                        .findFirst();
    }
}
