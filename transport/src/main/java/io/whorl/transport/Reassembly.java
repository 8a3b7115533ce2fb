package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts messages together from their chunks. Chunks of several messages may alternate; the bytes kept for all of them are
 * bounded, and are only ever bytes that really arrived. For one thread.
 */
final class Reassembly {
    private static final int MAX_MESSAGES = 64;

    private static final class Partial {
        final List<byte[]> chunks = new ArrayList<>();
        int size;
    }

    private final int limit;
    private final Map<Integer, Partial> partials = new HashMap<>();
    private long kept;

    Reassembly(int limit) {
        this.limit = limit;
    }

    /**
     * Takes a chunk's frame from after its kind.
     *
     * @return the message, or null if more of it is to come
     * @throws BadFrameException if no node sends such a chunk here
     */
    byte[] add(ByteBuf chunk) {
        if (chunk.readableBytes() <= FrameEncoder.CHUNK_HEADER) {
            throw new BadFrameException("a chunk without bytes; expected a header and at least one byte");
        }
        int message = chunk.readInt();
        int index = chunk.readInt();
        byte last = chunk.readByte();
        if (last != 0 && last != 1) {
            throw new BadFrameException("a chunk with last = " + last + "; expected 0 or 1");
        }
        if (kept + chunk.readableBytes() > limit) {
            throw new BadFrameException("chunks of more than " + limit + " bytes for unfinished messages");
        }
        Partial partial = partials.computeIfAbsent(message, number -> new Partial());
        if (partials.size() > MAX_MESSAGES) {
            throw new BadFrameException("chunks of more than " + MAX_MESSAGES + " messages at a time");
        }
        if (partial.chunks.size() != index) {
            throw new BadFrameException(
                    "chunk " + index + " of message " + message + "; expected chunk " + partial.chunks.size());
        }
        byte[] bytes = new byte[chunk.readableBytes()];
        chunk.readBytes(bytes);
        partial.chunks.add(bytes);
        partial.size += bytes.length;
        kept += bytes.length;
        if (last == 0) {
            return null;
        }
        partials.remove(message);
        kept -= partial.size;
        return join(partial);
    }

    private static byte[] join(Partial partial) {
        byte[] whole = new byte[partial.size];
        int at = 0;
        for (byte[] chunk : partial.chunks) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        return whole;
    }
}
