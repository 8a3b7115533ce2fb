package io.whorl.core.ring;

import java.util.List;
import java.util.Optional;

/**
 * One of a replica's places for a copy, as the data path sees it in one epoch.
 *
 * <p>At rest a slot has one holder, who is read and who takes the writes. While it moves, the old one is read and both take the
 * writes; the slot acknowledges only when all of them have. A slot that is added is not read yet, one that is removed still is;
 * neither counts for writes, but no write is acknowledged without it.
 *
 * @param reader who answers reads and coordinates; empty while nobody can
 * @param writers who has to take a write, all of them before the slot has acknowledged; empty where the holder was removed
 * @param counts whether it can be told off to a quorum
 * @param demanded whether no write is acknowledged without it
 */
public record Slot(Optional<NodeId> reader, List<NodeId> writers, boolean counts, boolean demanded) {
    /** Copies the list. */
    public Slot {
        writers = List.copyOf(writers);
    }

    /**
     * A slot at rest.
     *
     * @param holder who has it
     * @return the slot
     */
    public static Slot atRest(NodeId holder) {
        return new Slot(Optional.of(holder), List.of(holder), true, false);
    }

    static Slot moving(NodeId outgoing, NodeId incoming) {
        return new Slot(Optional.of(outgoing), List.of(outgoing, incoming), true, false);
    }

    /** Neither read nor acknowledged; the new holder, if there is one yet, gets what is written. */
    static Slot excluded(List<NodeId> incoming) {
        return new Slot(Optional.empty(), incoming, false, false);
    }

    static Slot added(NodeId incoming) {
        return new Slot(Optional.empty(), List.of(incoming), false, true);
    }

    static Slot removed(NodeId outgoing) {
        return new Slot(Optional.of(outgoing), List.of(outgoing), false, true);
    }
}
