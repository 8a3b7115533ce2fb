package io.whorl.transport;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries to reach one address, again and again with growing pauses while somebody wants it. On the deciding thread only. */
final class Dialer {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
    /** A connection that did not last so long was no success, and the pauses go on growing. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    /** On whose behalf it is done. */
    interface Owner {
        /** Who has to be there; empty for whoever it is. */
        Optional<NodeId> expected();

        /** Whether a connection is still needed. */
        boolean wanted();

        /** The attempt ended without a connection; {@code refused}: because one of the two does not want it. */
        void missed(boolean refused);
    }

    private final Carrier carrier;
    private final TransportOptions options;
    private final Owner owner;
    private final Backoff backoff;
    private Address address;
    private boolean trying;
    private int pauses; // how many were begun, so that one that was overtaken knows
    private boolean pausing;
    private long reachedNanos;

    Dialer(Carrier carrier, TransportOptions options, Address address, Owner owner) {
        this.carrier = carrier;
        this.options = options;
        this.address = address;
        this.owner = owner;
        this.backoff = new Backoff(options.backoffMin(), options.backoffMax());
    }

    Address address() {
        return address;
    }

    Optional<NodeId> expected() {
        return owner.expected();
    }

    /** Whether an attempt is under way. */
    boolean isTrying() {
        return trying;
    }

    /** From now on there. */
    void redirect(Address other) {
        if (!address.equals(other)) {
            address = other;
            backoff.reset();
            pausing = false;
            dial();
        }
    }

    /** Tries now, unless it is trying or pausing already, or nobody wants it. */
    void dial() {
        if (!trying && !pausing && owner.wanted()) {
            trying = true;
            carrier.dial(address, this);
        }
    }

    /** The attempt led to a connection on which both sides agreed. */
    void reached() {
        trying = false;
        reachedNanos = System.nanoTime();
    }

    /** The attempt failed; {@code refused}: as in {@link Owner#missed}. */
    void failed(String why, boolean refused) {
        trying = false;
        LOG.debug("{} could not be reached: {}", address, why);
        owner.missed(refused);
        pause(refused ? options.refusedBackoff() : backoff.next());
    }

    /** The connection is gone, whoever had made it. */
    void lost() {
        if (System.nanoTime() - reachedNanos > LASTING.toNanos()) {
            backoff.reset();
        }
        if (!trying && !pausing) {
            pause(backoff.next());
        }
    }

    private void pause(Duration length) {
        pausing = true;
        int pause = ++pauses;
        carrier.schedule(length, () -> {
            if (pause == pauses && pausing) {
                pausing = false;
                dial();
            }
        });
    }
}
