package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Cuts what arrives by one connection into frames: u32 length of the payload, u32 CRC32C of it, payload. For one thread.
 *
 * <p>The length is checked as soon as it is there, so that nobody can make this node wait for, or make room for, more than
 * the limit; and the room that is made is never more than a small multiple of what has arrived.
 */
final class FrameDecoder {
    /** What stands in front of a payload. */
    static final int HEADER = 8;

    /** As much as one read brings at most; a buffer that had to be larger is not kept. */
    private static final int KEPT = 64 << 10;

    private static final byte[] NOTHING = {};
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Who takes the frames. */
    interface Frames {
        /** A frame of this kind came whole and undamaged; its body is this part of an array, which is used again afterwards. */
        void frame(byte kind, byte[] bytes, int start, int end);
    }

    private final Frames frames;
    private final CRC32C crc = new CRC32C();
    private byte[] buffer = NOTHING;
    private int from;
    private int to;
    private int limit = Chunks.MAX_HANDSHAKE;
    private boolean broken;

    FrameDecoder(Frames frames) {
        this.frames = frames;
    }

    /** The other side has introduced itself: frames may be as large as the format permits. */
    void agreed() {
        limit = Chunks.MAX_PAYLOAD;
    }

    /**
     * Takes what has arrived, and passes on every frame that is whole now.
     *
     * @throws BadFrameException if no node sends such bytes; whatever comes after them is not looked at
     */
    void read(ByteBuf in) {
        if (broken) {
            return;
        }
        int count = in.readableBytes();
        makeRoom(count);
        in.readBytes(buffer, to, count);
        to += count;
        while (next()) {}
        if (from == to) {
            from = 0;
            to = 0;
            buffer = buffer.length > KEPT ? NOTHING : buffer;
        }
    }

    private boolean next() {
        if (to - from < HEADER) {
            return false;
        }
        long length = Integer.toUnsignedLong((int) INTS.get(buffer, from));
        if (length < 1 || length > limit) {
            throw bad("a frame of " + length + " bytes; expected 1 to " + limit);
        }
        if (to - from - HEADER < length) {
            return false;
        }
        int payload = from + HEADER;
        int stored = (int) INTS.get(buffer, from + 4);
        crc.reset();
        crc.update(buffer, payload, (int) length);
        int computed = (int) crc.getValue();
        if (stored != computed) {
            throw bad("a frame with checksum " + Integer.toHexString(stored) + "; expected "
                    + Integer.toHexString(computed) + " for its " + length + " bytes, which were damaged on the way");
        }
        from = payload + (int) length;
        frames.frame(buffer[payload], buffer, payload + 1, from);
        return true;
    }

    private void makeRoom(int more) {
        if (buffer.length - to >= more) {
            return;
        }
        int left = to - from;
        int needed = Math.addExact(left, more);
        byte[] roomy = needed <= buffer.length ? buffer : new byte[Math.max(needed, 2 * left)];
        System.arraycopy(buffer, from, roomy, 0, left);
        buffer = roomy;
        from = 0;
        to = left;
    }

    private BadFrameException bad(String what) {
        broken = true;
        buffer = NOTHING;
        return new BadFrameException(what);
    }
}
