package io.whorl.core.coordinate;

import io.whorl.core.ring.NodeId;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How long each node usually takes to answer this lane. Of each node one question at a time is timed, as TCP times segments: so an
 * answer is a sample also when it comes after the end of the request, and slow answers are not left out of the mean.
 */
public final class Latencies {
    /** After so long a question that is timed counts as lost, and says nothing. */
    private static final long LOST = 10_000_000_000L;

    private final Map<NodeId, Timing> timings = new TreeMap<>();

    private static final class Timing {
        private Latency latency;
        private long number;
        private long asked;
        private boolean open;
    }

    /** A node is asked under this number now. */
    public void asked(NodeId node, long number, long now) {
        Timing timing = timings.computeIfAbsent(node, any -> new Timing());
        if (!timing.open || now - timing.asked > LOST) {
            timing.open = true;
            timing.number = number;
            timing.asked = now;
        }
    }

    /** A node has answered what it was asked under this number. */
    public void answered(NodeId node, long number, long now) {
        Timing timing = timings.get(node);
        if (timing != null && timing.open && timing.number == number) {
            long sample = now - timing.asked;
            timing.open = false;
            timing.latency = timing.latency == null ? Latency.first(sample) : timing.latency.after(sample);
        }
    }

    /** How long to wait for a node before its answer is late; empty if it has not answered anything yet. */
    public OptionalLong patience(NodeId node) {
        Timing timing = timings.get(node);
        return timing == null || timing.latency == null
                ? OptionalLong.empty()
                : OptionalLong.of(timing.latency.patience());
    }
}
