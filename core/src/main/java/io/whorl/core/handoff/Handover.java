package io.whorl.core.handoff;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Hands over the hints of one lane to their targets, as these become reachable, in batches of one replica each and at the rate that
 * each target grants. Says nothing and keeps no timer while there is no hint.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff". That handover begins with a state and not with quiet, and that the
 * receiver sets the rate, are lessons of Dynamo's descendants.
 */
public final class Handover {
    private final ReplicaLane lane;
    private final HintStore hints;
    private final LongSupplier numbers;
    private final HintOptions options;
    private final RandomSource random;
    private final Map<NodeId, TargetLine> lines = new TreeMap<>();

    /** @param numbers gives numbers for questions */
    public Handover(ReplicaLane lane, HintStore hints, LongSupplier numbers, HintOptions options, RandomSource random) {
        this.lane = lane;
        this.hints = hints;
        this.numbers = numbers;
        this.options = options;
        this.random = random;
        hints.onKept(this::kept);
    }

    /**
     * The lane knows a newer cluster state. What was kept before the node was started can be handed over; what is kept for a node that
     * has no slot of the partition any more goes to those who have one; and what belongs to a bucket that was dropped is removed.
     */
    public void adopted() {
        hints.removeDropped(lane.state());
        for (NodeId target : hints.shelf().counts().targets()) {
            line(target).adopted();
        }
    }

    private void kept(NodeId target) {
        lane.durableLine().touched();
        line(target).kept();
    }

    /** A target has come back, perhaps as another run: what was under way to it is not answered any more. */
    public void returned(NodeId target) {
        TargetLine line = lines.get(target);
        if (line != null) {
            line.returned();
        }
    }

    /** A batch was answered, by its target or by another holder. */
    public void answered(HintMessage.HandedOver answer) {
        lines.values().forEach(line -> line.answered(answer));
    }

    /** Something was refused, perhaps a batch. */
    public void refused(ReplicaMessage.Refuse refusal) {
        lines.values().forEach(line -> line.refused(refusal));
    }

    private TargetLine line(NodeId target) {
        return lines.computeIfAbsent(target, any -> new TargetLine(target, lane, hints, numbers, options, random));
    }
}
