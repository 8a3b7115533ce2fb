package io.whorl.convergence;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.LivenessMessage;
import io.whorl.transport.MessageCodec;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts messages between replicas, and their bytes with what frames add. Talk of membership and liveness, which goes on in any
 * case, does not count. Safe for use by many threads.
 */
final class Traffic {
    private static final int FRAME_BYTES = 9;

    private final Map<String, Count> counts = new TreeMap<>();

    /** So many messages, and their bytes. */
    record Count(long messages, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count and(Count other) {
            return new Count(messages + other.messages, bytes + other.bytes);
        }
    }

    void sent(Envelope envelope) {
        if (envelope.message() instanceof ClusterMessage || envelope.message() instanceof LivenessMessage) {
            return;
        }
        Count one = new Count(1, MessageCodec.encode(envelope).length + FRAME_BYTES);
        synchronized (this) {
            counts.merge(envelope.message().getClass().getSimpleName(), one, Count::and);
        }
    }

    synchronized void reset() {
        counts.clear();
    }

    synchronized Count total() {
        return counts.values().stream().reduce(Count.NONE, Count::and);
    }

    /** By kind of message. */
    synchronized Map<String, Count> counts() {
        return new TreeMap<>(counts);
    }
}
