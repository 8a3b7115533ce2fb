package io.whorl.core.repair;

import io.whorl.core.version.DotSet;

/**
 * What two nodes, in their present runs, have told each other of one replica that both hold: what the peer is known to know of this
 * side, and what is known here of the peer.
 */
final class Watermarks {
    private DotSet toldSeen;
    private DotSet toldDurable;
    private DotSet sentSeen;
    private DotSet sentDurable;
    private DotSet peerSeen;
    private DotSet peerDurable;

    Watermarks() {
        reset();
    }

    /** The peer is another run than before: neither side knows anything of the other. */
    void reset() {
        untold();
        forget();
    }

    // ---- what the peer knows of this side

    /** The peer knows nothing of this side. */
    void untold() {
        toldSeen = DotSet.empty();
        toldDurable = DotSet.empty();
        sentSeen = null;
        sentDurable = null;
    }

    DotSet toldSeen() {
        return toldSeen;
    }

    DotSet toldDurable() {
        return toldDurable;
    }

    /** This is on its way to the peer. */
    void sent(DotSet seen, DotSet durable) {
        sentSeen = seen;
        sentDurable = durable;
    }

    /** Whether something is on its way to the peer, or was. */
    boolean wasSent() {
        return sentSeen != null;
    }

    /**
     * The peer has confirmed what was sent last. Only this counts as told: what questions carry in passing may arrive before a summary
     * that begins from nothing, and be forgotten by it.
     */
    void confirmed() {
        if (sentSeen != null) {
            toldSeen = sentSeen;
            toldDurable = sentDurable;
            sentSeen = null;
        }
    }

    // ---- what is known of the peer

    /** Nothing is known of the peer. */
    void forget() {
        peerSeen = DotSet.empty();
        peerDurable = DotSet.empty();
    }

    /** The peer told that it has seen this too. A run's seen-set only grows, so what arrives late takes nothing back. */
    void heard(DotSet seen, DotSet durable) {
        peerSeen = peerSeen.join(seen);
        peerDurable = peerDurable.join(durable);
    }

    /** The peer has seen exactly this. */
    void same(DotSet seen) {
        peerSeen = seen;
        peerDurable = peerDurable.intersect(seen);
    }

    /** The peer has seen what is known of it and nothing else. */
    void complete(boolean durable) {
        if (durable) {
            peerDurable = peerSeen;
        }
    }

    DotSet peerSeen() {
        return peerSeen;
    }

    DotSet peerDurable() {
        return peerDurable;
    }
}
