package io.whorl.core.handoff;

import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hints of a lane that cannot be read. Such a hint may be the only copy of an acknowledged write, so it is left where it is, and
 * whoever asks for its key is told that it cannot be read, instead of being told what is kept for other targets alone.
 */
final class Unreadable {
    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);

    private final HintBudget budget;
    private final Meters meters;
    private final TreeSet<ByteKey> hints = new TreeSet<>();
    private final TreeSet<ByteKey> keys = new TreeSet<>();
    private String all;

    Unreadable(HintBudget budget, Meters meters) {
        this.budget = budget;
        this.meters = meters;
    }

    /** Whether something cannot be read. */
    boolean isAny() {
        return all != null || !hints.isEmpty();
    }

    /** Takes note of a hint; false if it was known. */
    boolean note(byte[] at, RuntimeException cause) {
        if (!hints.add(new ByteKey(at))) {
            return false;
        }
        NodeId target = HintKeys.targetOf(at);
        keys.add(new ByteKey(HintKeys.withoutTarget(at)));
        budget.unreadable(target);
        meters.add(Counter.HINTS_UNREADABLE);
        LOG.error(
                "A hint of replica {} for node {} cannot be read: {}. It is left where it is and not handed over; node {} gets what"
                        + " other replicas have by anti-entropy. Check the disk of this node",
                HintKeys.replicaOf(at),
                target,
                cause.getMessage(),
                target);
        return true;
    }

    /** A hint that could not be read is removed, with its bucket: its key will not be asked for. */
    void forget(byte[] at) {
        hints.remove(new ByteKey(at));
    }

    /** The hints cannot even be listed: what is kept for which key cannot be told any more. */
    void noteAll(RuntimeException cause) {
        if (all == null) {
            all = "the hints kept here cannot be listed: " + cause.getMessage();
            LOG.error(
                    "Some hints cannot be listed: {}. This node keeps no further hints, answers no reads from them, and hands over"
                            + " what it has found. Replace it with an empty node when convenient",
                    cause.getMessage());
        }
    }

    /** Why nothing can be said about a key; empty if all that is kept for it can be read. */
    Optional<InDoubtException> doubt(ReplicaId id, byte[] key) {
        if (all != null) {
            return Optional.of(new InDoubtException(all, null));
        }
        if (keys.isEmpty() || !keys.contains(new ByteKey(HintKeys.withoutTarget(id, key)))) {
            return Optional.empty();
        }
        return Optional.of(new InDoubtException(
                "a hint of replica " + id + " is kept here for the key, but cannot be read", null));
    }
}
