package io.whorl.core.replica;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Sealed;

/** How a replica's parts look on disk: each sealed with a format version in front and a checksum behind. */
final class StoredForms {
    private static final byte FORMAT = 1;

    private StoredForms() {}

    static byte[] sealRecord(Record record) {
        ByteWriter out = Sealed.begin(FORMAT, RecordCodec.size(record) - 1); // without the codec's own version
        RecordCodec.write(out, record);
        return Sealed.finish(out);
    }

    static Record openRecord(byte[] stored) {
        ByteReader in = Sealed.reader(FORMAT, stored);
        Record record = RecordCodec.read(in);
        in.expectEnd();
        return record;
    }

    /**
     * A record without its values, of the first bytes of what {@link #sealRecord} made; null if these do not tell, or if it has several
     * siblings. Whether the bytes are undamaged is not looked at.
     */
    static Record headOfRecord(byte[] beginning) {
        if (beginning.length == 0 || beginning[0] != FORMAT) {
            return null;
        }
        try {
            return RecordCodec.readHead(new ByteReader(beginning, 1, beginning.length));
        } catch (MalformedBytesException e) {
            return null; // it goes on beyond them
        }
    }

    static byte[] sealKey(byte[] key) {
        return Sealed.seal(FORMAT, key);
    }

    static byte[] openKey(byte[] stored) {
        return Sealed.open(FORMAT, stored);
    }

    static byte[] sealDots(DotSet dots) {
        ByteWriter out = Sealed.begin(FORMAT, DotSetCodec.size(dots));
        DotSetCodec.write(out, dots);
        return Sealed.finish(out);
    }

    static DotSet openDots(byte[] stored) {
        ByteReader in = Sealed.reader(FORMAT, stored);
        DotSet dots = DotSetCodec.read(in);
        in.expectEnd();
        return dots;
    }

    static byte[] sealStanding(StandingMark mark) {
        return Sealed.seal(FORMAT, mark.encode());
    }

    static StandingMark openStanding(byte[] stored) {
        return StandingMark.decode(Sealed.open(FORMAT, stored));
    }
}
