package io.whorl.core.spi;

/**
 * What a transport has met since it was made.
 *
 * @param violations connections closed because of bytes that no node sends: oversized or damaged frames, malformed messages,
 *     a handshake that was out of order or did not come
 * @param unknownMessages messages dropped because their kind, or an enum value in them, is not known to this version
 * @param refusals handshakes that either side refused
 */
public record TransportCounters(long violations, long unknownMessages, long refusals) {
    /** Nothing was met. */
    public static final TransportCounters NONE = new TransportCounters(0, 0, 0);
}
