package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;

/**
 * Messages as bytes. A request is the length of what follows, whether it is a put, the length of the key, the key, and for a put
 * the value. Answers come in the order of the requests and need no number: the length of what follows, a status, and for a get
 * the value.
 */
final class Frames {
    static final byte DONE = 0;
    static final byte FAILED = 1;
    static final byte PUT = 1;
    static final byte GET = 2;

    private static final int REQUEST_HEAD = Integer.BYTES + 1 + Short.BYTES;
    private static final int ANSWER_HEAD = Integer.BYTES + 1;

    private Frames() {}

    static int size(Request request) {
        return REQUEST_HEAD + request.key().length + (request.isPut() ? request.value().length : 0);
    }

    static void write(Request request, ByteBuf out) {
        out.writeInt(size(request) - Integer.BYTES);
        out.writeByte(request.isPut() ? PUT : GET);
        out.writeShort(request.key().length);
        out.writeBytes(request.key());
        if (request.isPut()) {
            out.writeBytes(request.value());
        }
    }

    static int sizeOfAnswer(byte[] value) {
        return ANSWER_HEAD + (value == null ? 0 : value.length);
    }

    /** An answer; without a value that of a put, or of a get that found nothing. */
    static void writeAnswer(byte status, byte[] value, ByteBuf out) {
        out.writeInt(1 + (value == null ? 0 : value.length));
        out.writeByte(status);
        if (value != null) {
            out.writeBytes(value);
        }
    }

    /** The length of the frame at the reader's index without its first field, or -1 while it has not arrived. */
    static int arrived(ByteBuf in) {
        if (in.readableBytes() < Integer.BYTES) {
            return -1;
        }
        int length = in.getInt(in.readerIndex());
        if (in.readableBytes() < Integer.BYTES + length) {
            return -1;
        }
        in.skipBytes(Integer.BYTES);
        return length;
    }
}
