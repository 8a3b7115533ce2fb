package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.zip.CRC32C;

/** Makes the frames that {@link FrameDecoder} cuts out. For one thread. */
final class FrameEncoder {
    /** Kind, message number, index of the chunk, whether it is the last. */
    static final int CHUNK_HEADER = 1 + 4 + 4 + 1;

    private static final byte[] NOTHING = {};

    private final ByteBufAllocator allocator;
    private final CRC32C crc = new CRC32C();

    FrameEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    ByteBuf heartbeat() {
        return whole(FrameKind.HEARTBEAT, NOTHING);
    }

    /** A frame of this kind with the whole of the bytes. */
    ByteBuf whole(byte kind, byte[] body) {
        ByteBuf frame = begin(1 + body.length);
        frame.writeByte(kind).writeBytes(body);
        return end(frame);
    }

    /** A frame with a part of a message. */
    ByteBuf chunk(int message, int index, boolean last, byte[] bytes, int offset, int length) {
        ByteBuf frame = begin(CHUNK_HEADER + length);
        frame.writeByte(FrameKind.CHUNK).writeInt(message).writeInt(index).writeBoolean(last);
        frame.writeBytes(bytes, offset, length);
        return end(frame);
    }

    private ByteBuf begin(int payload) {
        ByteBuf frame = allocator.directBuffer(FrameDecoder.HEADER + payload, FrameDecoder.HEADER + payload);
        return frame.writeInt(payload).writeInt(0);
    }

    private ByteBuf end(ByteBuf frame) {
        crc.reset();
        crc.update(frame.internalNioBuffer(FrameDecoder.HEADER, frame.writerIndex() - FrameDecoder.HEADER));
        return frame.setInt(4, (int) crc.getValue());
    }
}
