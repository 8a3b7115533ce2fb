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
    private final Settings settings;
    private final RandomSource random;
    private final Map<NodeId, TargetLine> lines = new TreeMap<>();

    /**
     * How a handover goes.
     *
     * @param interval nanoseconds after which what could not be handed over is tried again, with up to a quarter of jitter; doubled
     *     with every refusal in a row up to sixteen times; a batch counts as lost after four of them
     * @param delay nanoseconds from a hint that is newly kept for a target that can be reached to its handover
     * @param batchBytes how many bytes the first batch has, about; the answer grants the next
     */
    public record Settings(long interval, long delay, int batchBytes) {}

    /** @param numbers gives numbers for questions */
    public Handover(ReplicaLane lane, HintStore hints, LongSupplier numbers, Settings settings, RandomSource random) {
        this.lane = lane;
        this.hints = hints;
        this.numbers = numbers;
        this.settings = settings;
        this.random = random;
        for (NodeId target : hints.shelf().counts().targets()) {
            line(target).kept();
        }
    }

    /** Something was kept for a target. */
    public void kept(NodeId target) {
        line(target).kept();
    }

    /** A target has come back, perhaps as another run: what was under way to it is not answered any more. */
    public void returned(NodeId target) {
        TargetLine line = lines.get(target);
        if (line != null) {
            line.returned();
        }
    }

    /** A target has answered a batch. */
    public void answered(NodeId from, HintMessage.HandedOver answer) {
        TargetLine line = lines.get(from);
        if (line != null) {
            line.answered(answer);
        }
    }

    /** A target has refused something, perhaps a batch. */
    public void refused(NodeId from, ReplicaMessage.Refuse refusal) {
        TargetLine line = lines.get(from);
        if (line != null) {
            line.refused(refusal);
        }
    }

    private TargetLine line(NodeId target) {
        return lines.computeIfAbsent(target, any -> new TargetLine(target, lane, hints, numbers, settings, random));
    }
}
