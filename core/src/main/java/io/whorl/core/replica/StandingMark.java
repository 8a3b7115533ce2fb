package io.whorl.core.replica;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;

/**
 * What is kept on disk of a replica that cannot be counted on, so that a restart goes on where its repair was.
 *
 * @param stage how far its repair is
 * @param reason why it needs one
 * @param upTo the last entry that the walk of this stage has dealt with, as it is stored; empty at its beginning
 */
record StandingMark(Stage stage, String reason, byte[] upTo) {
    private static final byte[] BEGINNING = new byte[0];

    /** The stages of a repair, in order; a replica that is only behind has one. */
    enum Stage {
        BEHIND,
        /** The records are rewritten so that each says by itself what it has seen; the old seen-set is still there for that. */
        RECORDS,
        /** The dot log is sifted: what its keys' records do not say is forgotten. */
        DOTS,
        /** The rest comes from the peers. */
        TAKING
    }

    static StandingMark behind(String reason) {
        return new StandingMark(Stage.BEHIND, reason, BEGINNING);
    }

    /** Something cannot be read: a salvage begins. */
    static StandingMark unreadable(String reason) {
        return new StandingMark(Stage.RECORDS, reason, BEGINNING);
    }

    StandingMark at(Stage next) {
        return new StandingMark(next, reason, BEGINNING);
    }

    StandingMark at(byte[] entry) {
        return new StandingMark(stage, reason, entry);
    }

    boolean isBeginning() {
        return upTo.length == 0;
    }

    Standing standing() {
        if (stage == Stage.BEHIND) {
            return Standing.BEHIND;
        }
        return stage == Stage.TAKING ? Standing.SALVAGED : Standing.UNREADABLE;
    }

    byte[] encode() {
        return new ByteWriter().u8(stage.ordinal()).text(reason).bytes(upTo).toByteArray();
    }

    static StandingMark decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int at = in.offset();
        int stage = in.u8();
        if (stage >= Stage.values().length) {
            throw new MalformedBytesException(
                    MalformedBytesException.Kind.UNKNOWN_FORMAT, "stage " + stage, at, "one that this version knows");
        }
        StandingMark mark = new StandingMark(Stage.values()[stage], in.text(), in.bytes());
        in.expectEnd();
        return mark;
    }
}
