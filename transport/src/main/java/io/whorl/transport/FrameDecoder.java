package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Cuts what arrives into frames: u32 length of the payload, u32 CRC32C of it, payload. Passes payloads on.
 *
 * <p>The length is checked as soon as it is there, so that nobody can make this node wait for, or make room for, more than
 * the limit.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    static final int HEADER = 8;

    private final CRC32C crc = new CRC32C();
    private int limit = Chunks.MAX_HANDSHAKE;
    private boolean broken;

    /** The other side has introduced itself: frames may be as large as the format permits. */
    void agreed() {
        limit = Chunks.MAX_PAYLOAD;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < HEADER) {
            return;
        }
        long length = in.getUnsignedInt(in.readerIndex());
        if (length < 1 || length > limit) {
            throw bad("a frame of " + length + " bytes; expected 1 to " + limit);
        }
        if (in.readableBytes() - HEADER < length) {
            return;
        }
        int stored = in.getInt(in.readerIndex() + 4);
        crc.reset();
        crc.update(in.nioBuffer(in.readerIndex() + HEADER, (int) length));
        int computed = (int) crc.getValue();
        if (stored != computed) {
            throw bad("a frame with checksum " + Integer.toHexString(stored) + "; expected "
                    + Integer.toHexString(computed) + " for its " + length + " bytes, which were damaged on the way");
        }
        in.skipBytes(HEADER);
        out.add(in.readRetainedSlice((int) length));
    }

    private BadFrameException bad(String what) {
        broken = true;
        return new BadFrameException(what);
    }
}
