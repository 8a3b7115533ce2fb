package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.ReplicaMessage.Acknowledge;
import io.whorl.core.message.ReplicaMessage.Read;
import io.whorl.core.message.ReplicaMessage.ReadAnswer;
import io.whorl.core.message.ReplicaMessage.Replicate;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.RecordCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link HotEncoder} writes, from a part of an array, without objects in between. {@link MessageCodec} is the entry.
 *
 * <p>It takes less than the generated code does, and never more: whatever is not as expected makes it give up, and the generated code
 * then takes or refuses the same bytes. What it does take it reads as the generated code does: fields come in any order, a field that
 * is not known, or known with another encoding, is skipped, of a field that comes twice the last counts, and of a replica that
 * comes twice the fields are merged.
 *
 * <p>The four kinds are read by the same loop, into fields that are named by numbers: where two kinds have the same tag, both
 * have it for a number, or both for bytes. What has no meaning in a kind is read and not asked for.
 */
final class HotDecoder {
    /** Those of the envelope itself. Nobody sends many, and the generated codec counts them. */
    private static final int MAX_FIELDS = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Something is not as expected. */
    private static final class GivingUp extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final GivingUp NOW = new GivingUp();

        private GivingUp() {
            super("left to the generated codec", null, false, false);
        }
    }

    private final byte[] bytes;
    private int at;
    private int end;

    private long toRun;
    private long epoch;
    private long asOf;

    private boolean hasReplica;
    private long bucket;
    private int partition;
    // Named by their numbers and, where there are two of one number, their encodings.
    private long number1;
    private long fixed3;
    private long number5;
    private long number6;
    private long number7;
    private long number8;
    private int start3;
    private int end3;
    private int start4;
    private int end4;
    private int start5;
    private int end5;
    private int start6;
    private int end6;
    private int start7;
    private int end7;

    private HotDecoder(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** The envelope, or null if it is left to the generated codec; the bounds were checked. */
    static Envelope decode(byte[] bytes, int start, int end) {
        try {
            return new HotDecoder(bytes, start, end).envelope();
        } catch (GivingUp | MalformedBytesException | IllegalArgumentException e) {
            return null;
        }
    }

    private Envelope envelope() {
        int kind = 0;
        for (int fields = 0; at < end; fields++) {
            int tag = tag();
            if (fields == MAX_FIELDS) {
                return null;
            }
            switch (tag) {
                case 1 * HotEncoder.FIELD + HotEncoder.FIXED64 -> toRun = fixed64();
                case 2 * HotEncoder.FIELD + HotEncoder.VARINT -> epoch = varint();
                case 98 * HotEncoder.FIELD + HotEncoder.VARINT -> asOf = varint();
                default -> {
                    if (tag % HotEncoder.FIELD != HotEncoder.LENGTH_DELIMITED) {
                        skip(tag);
                    } else if (kind == 0 && isHot(tag / HotEncoder.FIELD)) {
                        kind = tag / HotEncoder.FIELD;
                        fields();
                    } else {
                        return null; // another kind of message, a second one, or nothing that is known
                    }
                }
            }
        }
        return kind == 0 || !hasReplica ? null : new Envelope(toRun, epoch, asOf, message(kind));
    }

    private static boolean isHot(int kind) {
        return kind >= HotEncoder.READ && kind <= HotEncoder.ACKNOWLEDGE;
    }

    private void fields() {
        int outer = nested();
        while (at < end) {
            int tag = tag();
            switch (tag) {
                case 1 * HotEncoder.FIELD + HotEncoder.VARINT -> number1 = varint();
                case 2 * HotEncoder.FIELD + HotEncoder.LENGTH_DELIMITED -> replica();
                case 3 * HotEncoder.FIELD + HotEncoder.FIXED64 -> fixed3 = fixed64();
                case 5 * HotEncoder.FIELD + HotEncoder.VARINT -> number5 = varint();
                case 6 * HotEncoder.FIELD + HotEncoder.VARINT -> number6 = varint();
                case 7 * HotEncoder.FIELD + HotEncoder.VARINT -> number7 = varint();
                case 8 * HotEncoder.FIELD + HotEncoder.VARINT -> number8 = varint();
                default -> part(tag);
            }
        }
        end = outer;
    }

    private void part(int tag) {
        if (tag % HotEncoder.FIELD != HotEncoder.LENGTH_DELIMITED) {
            skip(tag);
            return;
        }
        int length = length();
        int start = at;
        at += length;
        switch (tag / HotEncoder.FIELD) {
            case 3 -> {
                start3 = start;
                end3 = at;
            }
            case 4 -> {
                start4 = start;
                end4 = at;
            }
            case 5 -> {
                start5 = start;
                end5 = at;
            }
            case 6 -> {
                start6 = start;
                end6 = at;
            }
            case 7 -> {
                start7 = start;
                end7 = at;
            }
            default -> {} // a newer version's
        }
    }

    private void replica() {
        int outer = nested();
        hasReplica = true;
        while (at < end) {
            int tag = tag();
            switch (tag) {
                case 1 * HotEncoder.FIELD + HotEncoder.VARINT -> bucket = varint();
                case 2 * HotEncoder.FIELD + HotEncoder.VARINT -> partition = (int) varint();
                default -> skip(tag);
            }
        }
        end = outer;
    }

    private ReplicaMessage message(int kind) {
        ReplicaId replica = new ReplicaId(bucket, partition);
        return switch (kind) {
            case HotEncoder.READ -> new Read(number1, replica, fixed3, key(), number5 != 0, number6 != 0, number7);
            case HotEncoder.READ_ANSWER ->
                new ReadAnswer(
                        number1,
                        replica,
                        RecordCodec.decode(bytes, start3, end3),
                        DotSetCodec.decode(bytes, start4, end4));
            case HotEncoder.REPLICATE ->
                new Replicate(
                        number1,
                        replica,
                        fixed3,
                        key(),
                        RecordCodec.decode(bytes, start5, end5),
                        DotSetCodec.decode(bytes, start6, end6),
                        DotSetCodec.decode(bytes, start7, end7),
                        number8);
            default -> new Acknowledge(number1, replica);
        };
    }

    private byte[] key() {
        return Arrays.copyOfRange(bytes, start4, end4);
    }

    /** Makes the bytes of the length that stands here the whole that is read; gives the end that it had before. */
    private int nested() {
        int length = length();
        int outer = end;
        end = at + length;
        return outer;
    }

    private int tag() {
        long tag = varint();
        if (tag < HotEncoder.FIELD || tag > Integer.MAX_VALUE) {
            throw GivingUp.NOW;
        }
        return (int) tag;
    }

    private void skip(int tag) {
        switch (tag % HotEncoder.FIELD) {
            case HotEncoder.VARINT -> varint();
            case HotEncoder.FIXED64 -> fixed64();
            case HotEncoder.LENGTH_DELIMITED -> pass(length());
            case HotEncoder.FIXED32 -> pass(Integer.BYTES);
            default -> throw GivingUp.NOW; // a group, or nothing at all
        }
    }

    /** A length, not beyond the bytes that are there. */
    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw GivingUp.NOW;
        }
        return (int) length;
    }

    private void pass(int count) {
        if (count > end - at) {
            throw GivingUp.NOW;
        }
        at += count;
    }

    private long fixed64() {
        pass(Long.BYTES);
        return (long) LONGS.get(bytes, at - Long.BYTES);
    }

    private long varint() {
        if (at < end && bytes[at] >= 0) {
            return bytes[at++];
        }
        long value = 0;
        for (int shift = 0; shift < 70 && at < end; shift += 7) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw GivingUp.NOW;
    }
}
