package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Makes the frames that {@link FrameDecoder} cuts out. An instance is for one thread. */
final class FrameEncoder {
    /** What a frame has in front of its body: the header and the kind. */
    static final int HEADROOM = FrameDecoder.HEADER + 1;
    /** What a chunk has in front of its bytes: message number, index, whether it is the last. */
    static final int CHUNK_HEADER = 4 + 4 + 1;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final CRC32C crc = new CRC32C();

    /** How many bytes a frame takes whose body has so many. */
    static int size(int body) {
        return HEADROOM + body;
    }

    /** Makes an array a frame of this kind: its first {@link #HEADROOM} bytes are written, all behind them is the body. On any thread. */
    static void seal(byte[] frame, byte kind) {
        int payload = frame.length - FrameDecoder.HEADER;
        frame[FrameDecoder.HEADER] = kind;
        CRC32C checksum = new CRC32C();
        checksum.update(frame, FrameDecoder.HEADER, payload);
        INTS.set(frame, 0, payload);
        INTS.set(frame, 4, (int) checksum.getValue());
    }

    /** Appends a frame of this kind with the whole of the bytes. */
    void whole(ByteBuf out, byte kind, byte[] body) {
        int start = begin(out, kind, body.length);
        out.writeBytes(body);
        end(out, start);
    }

    /** Appends a frame with a part of a message. */
    void chunk(ByteBuf out, int message, int index, boolean last, byte[] bytes, int offset, int length) {
        int start = begin(out, FrameKind.CHUNK, CHUNK_HEADER + length);
        out.writeInt(message).writeInt(index).writeBoolean(last).writeBytes(bytes, offset, length);
        end(out, start);
    }

    private static int begin(ByteBuf out, byte kind, int body) {
        int start = out.writerIndex();
        out.writeInt(1 + body).writeInt(0).writeByte(kind);
        return start;
    }

    private void end(ByteBuf out, int start) {
        int payload = start + FrameDecoder.HEADER;
        crc.reset();
        crc.update(out.internalNioBuffer(payload, out.writerIndex() - payload));
        out.setInt(start + 4, (int) crc.getValue());
    }
}
