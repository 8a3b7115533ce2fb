package io.whorl.transport;

import io.whorl.core.version.ByteReader;
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
     * Takes the body of a chunk's frame, a part of an array, which is copied.
     *
     * @return the message, or null if more of it is to come
     * @throws BadFrameException if no node sends such a chunk here
     */
    byte[] add(byte[] frame, int start, int end) {
        int length = end - start - FrameEncoder.CHUNK_HEADER;
        if (length <= 0) {
            throw new BadFrameException("a chunk without bytes; expected a header and at least one byte");
        }
        ByteReader header = new ByteReader(frame, start, end);
        int message = header.i32();
        int index = header.i32();
        int last = header.u8();
        if (last != 0 && last != 1) {
            throw new BadFrameException("a chunk with last = " + last + "; expected 0 or 1");
        }
        if (kept + length > limit) {
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
        byte[] bytes = header.raw(length);
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
