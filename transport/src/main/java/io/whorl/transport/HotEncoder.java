package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.message.ReplicaMessage.Acknowledge;
import io.whorl.core.message.ReplicaMessage.Read;
import io.whorl.core.message.ReplicaMessage.ReadAnswer;
import io.whorl.core.message.ReplicaMessage.Replicate;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.RecordCodec;

/**
 * Writes the kinds of message that a put and a get consist of, straight into an array of the right size: the very bytes that
 * {@link GeneratedCodec} writes for them, without the objects in between. {@link MessageCodec} is the entry.
 *
 * <p>As the generated code does, fields go in the order of their numbers, and numbers of 0 and empty bytes are left out. A
 * length stands before what it measures, so everything is measured first and written then.
 */
final class HotEncoder {
    /** What a field number is multiplied with, as the tag's lowest three bits say how the field is encoded. */
    static final int FIELD = 8;

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED32 = 5;

    static final int READ = 3;
    static final int READ_ANSWER = 4;
    static final int REPLICATE = 5;
    static final int ACKNOWLEDGE = 6;

    private static final int AS_OF = 98 * FIELD + VARINT;

    private HotEncoder() {}

    /** The bytes of an envelope after so many free ones; null if its message is of another kind. */
    static byte[] encode(Envelope envelope, int headroom) {
        Message message = envelope.message();
        if (message instanceof Replicate m) {
            return replicate(envelope, m, headroom);
        } else if (message instanceof Acknowledge m) {
            return acknowledge(envelope, m, headroom);
        } else if (message instanceof Read m) {
            return read(envelope, m, headroom);
        } else if (message instanceof ReadAnswer m) {
            return readAnswer(envelope, m, headroom);
        }
        return null;
    }

    private static byte[] replicate(Envelope envelope, Replicate m, int headroom) {
        int record = RecordCodec.size(m.record());
        int bases = DotSetCodec.size(m.bases());
        int announced = DotSetCodec.size(m.announced());
        long body = headSize(m.request(), m.replica())
                + fixed64Size(m.fingerprint())
                + keySize(m.key())
                + partSize(record)
                + partSize(bases)
                + partSize(announced)
                + varintSize(m.timeoutNanos());
        ByteWriter out = begin(envelope, REPLICATE, body, headroom);
        head(out, m.request(), m.replica());
        fixed64(out, 3, m.fingerprint());
        key(out, m.key());
        RecordCodec.encode(part(out, 5, record), m.record());
        dots(out, 6, bases, m.bases());
        dots(out, 7, announced, m.announced());
        varint(out, 8, m.timeoutNanos());
        return end(out, envelope);
    }

    private static byte[] acknowledge(Envelope envelope, Acknowledge m, int headroom) {
        ByteWriter out = begin(envelope, ACKNOWLEDGE, headSize(m.request(), m.replica()), headroom);
        head(out, m.request(), m.replica());
        return end(out, envelope);
    }

    private static byte[] read(Envelope envelope, Read m, int headroom) {
        long body = headSize(m.request(), m.replica())
                + fixed64Size(m.fingerprint())
                + keySize(m.key())
                + flagSize(m.values())
                + flagSize(m.strict())
                + varintSize(m.timeoutNanos());
        ByteWriter out = begin(envelope, READ, body, headroom);
        head(out, m.request(), m.replica());
        fixed64(out, 3, m.fingerprint());
        key(out, m.key());
        varint(out, 5, m.values() ? 1 : 0);
        varint(out, 6, m.strict() ? 1 : 0);
        varint(out, 7, m.timeoutNanos());
        return end(out, envelope);
    }

    private static byte[] readAnswer(Envelope envelope, ReadAnswer m, int headroom) {
        int record = RecordCodec.size(m.record());
        int bases = DotSetCodec.size(m.bases());
        long body = headSize(m.request(), m.replica()) + partSize(record) + partSize(bases);
        ByteWriter out = begin(envelope, READ_ANSWER, body, headroom);
        head(out, m.request(), m.replica());
        RecordCodec.encode(part(out, 3, record), m.record());
        dots(out, 4, bases, m.bases());
        return end(out, envelope);
    }

    /** A writer for exactly this envelope, in which all is written that comes before the message's own fields. */
    private static ByteWriter begin(Envelope envelope, int message, long body, int headroom) {
        long size = headroom
                + fixed64Size(envelope.toRun())
                + varintSize(envelope.epoch())
                + partSize(body)
                + (envelope.asOf() == 0 ? 0 : 2 + ByteWriter.varintSize(envelope.asOf()));
        ByteWriter out = new ByteWriter(Math.toIntExact(size)).skip(headroom);
        fixed64(out, 1, envelope.toRun());
        varint(out, 2, envelope.epoch());
        return part(out, message, (int) body);
    }

    private static byte[] end(ByteWriter out, Envelope envelope) {
        if (envelope.asOf() != 0) {
            out.varint(AS_OF).varint(envelope.asOf());
        }
        return out.finish();
    }

    /** What every one of these messages begins with: the request's number and the replica. */
    private static long headSize(long request, ReplicaId replica) {
        return varintSize(request) + partSize(replicaSize(replica));
    }

    private static void head(ByteWriter out, long request, ReplicaId replica) {
        varint(out, 1, request);
        part(out, 2, replicaSize(replica));
        varint(out, 1, replica.bucket());
        varint(out, 2, replica.partition());
    }

    private static int replicaSize(ReplicaId replica) {
        return varintSize(replica.bucket()) + varintSize(replica.partition());
    }

    private static int varintSize(long value) {
        return value == 0 ? 0 : 1 + ByteWriter.varintSize(value);
    }

    private static void varint(ByteWriter out, int field, long value) {
        if (value != 0) {
            out.u8(field * FIELD + VARINT).varint(value);
        }
    }

    private static int flagSize(boolean value) {
        return value ? 2 : 0;
    }

    private static int fixed64Size(long value) {
        return value == 0 ? 0 : 1 + Long.BYTES;
    }

    private static void fixed64(ByteWriter out, int field, long value) {
        if (value != 0) {
            out.u8(field * FIELD + FIXED64).i64(Long.reverseBytes(value)); // Protocol Buffers has the lowest byte first
        }
    }

    private static long keySize(byte[] key) {
        return key.length == 0 ? 0 : partSize(key.length);
    }

    private static void key(ByteWriter out, byte[] key) {
        if (key.length > 0) {
            part(out, 4, key.length).raw(key);
        }
    }

    private static void dots(ByteWriter out, int field, int size, DotSet dots) {
        DotSetCodec.write(part(out, field, size), dots);
    }

    private static long partSize(long size) {
        return 1 + ByteWriter.varintSize(size) + size;
    }

    private static ByteWriter part(ByteWriter out, int field, int size) {
        return out.u8(field * FIELD + LENGTH_DELIMITED).varint(size);
    }
}
