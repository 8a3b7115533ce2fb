package io.whorl.core.spi;

/**
 * The memory that a transport uses now.
 *
 * @param inFlightBytes what it was given to send, and the network has not taken yet; on the heap
 * @param bufferBytes buffers outside the heap for what goes out and comes in, those that wait to be used again included. Shared with
 *     other transports where those have one memory, and then it is theirs too
 */
public record TransportMemory(long inFlightBytes, long bufferBytes) {
    /** None. */
    public static final TransportMemory NONE = new TransportMemory(0, 0);
}
