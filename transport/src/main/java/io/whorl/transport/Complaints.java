package io.whorl.transport;

import io.whorl.core.spi.TransportCounters;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what went wrong with other nodes, and logs each thing once: a node that is refused tries again for hours, and one
 * line is enough. Safe on any thread.
 */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    /** Beyond so many different complaints only the counters go on, so that nobody fills the memory by being inventive. */
    private static final int MAX_REMEMBERED = 1_000;

    private final Set<String> said = ConcurrentHashMap.newKeySet();
    private final AtomicLong violations = new AtomicLong();
    private final AtomicLong unknownMessages = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    /** Bytes that no node of ours sends; the connection is closed for it. */
    void violation(String remote, String why) {
        violations.incrementAndGet();
        // Keyed by the host alone: the ports of who connects change with every attempt.
        int colon = remote.lastIndexOf(':');
        String host = colon < 0 ? remote : remote.substring(0, colon);
        once("violation " + host, "closed the connection with {}: {}", remote, why);
    }

    /** A message of a kind that this version does not know. */
    void unknownMessage(String peer) {
        unknownMessages.incrementAndGet();
        once("unknown " + peer, "dropped a message of {}: {}", peer, "its kind is not known here; that node is newer");
    }

    /** A handshake ended in refusal, by either side. */
    void refusal(String peer, String reason) {
        refusals.incrementAndGet();
        once("refusal " + peer + " " + reason, "no connection with {}: {}", peer, reason);
    }

    /** Something else that an operator should know once. */
    void once(String key, String format, String subject, String why) {
        if (said.size() < MAX_REMEMBERED && said.add(key)) {
            LOG.warn(format, subject, why);
        } else {
            LOG.debug(format, subject, why);
        }
    }

    TransportCounters counters() {
        return new TransportCounters(violations.get(), unknownMessages.get(), refusals.get());
    }
}
