package io.whorl.core.handoff;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Sealed;

/**
 * A hint as it is stored.
 *
 * @param version which of the hints that this key had for this target; never the same twice within a run
 * @param announced the dots whose effect the record carries
 * @param record whole: its context says exactly what was seen, and nothing fills it
 */
record StoredHint(long version, DotSet announced, Record record) {
    private static final byte FORMAT = 1;

    byte[] seal() {
        ByteWriter out = new ByteWriter();
        out.varint(version);
        DotSetCodec.write(out, announced);
        RecordCodec.write(out, record);
        return Sealed.seal(FORMAT, out.toByteArray());
    }

    /** This hint with sets of dots that know what is closed, if the table knows their closings. */
    StoredHint resolved(ClosedRuns closed) {
        return Math.max(record.context().closed(), announced.closed()) > closed.newest()
                ? this
                : new StoredHint(version, announced.resolved(closed), record.resolved(closed));
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @throws io.whorl.core.version.MalformedBytesException if the bytes are not those
     */
    static StoredHint open(byte[] stored) {
        ByteReader in = new ByteReader(Sealed.open(FORMAT, stored));
        StoredHint hint = new StoredHint(in.varint(), DotSetCodec.read(in), RecordCodec.read(in));
        in.expectEnd();
        return hint;
    }
}
