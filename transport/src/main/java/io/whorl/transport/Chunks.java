package io.whorl.transport;

/** The sizes that the wire format permits. */
final class Chunks {
    /** The most bytes of a frame's payload, its kind included. */
    static final int MAX_PAYLOAD = 16 << 20;
    /** The most bytes of a frame's payload before the handshake is done, when nobody knows who is speaking. */
    static final int MAX_HANDSHAKE = 64 << 10;
    /** How many bytes of a message one frame takes; larger ones are sent in chunks of this size. */
    static final int CHUNK = 1 << 20;
    /** The most bytes of an envelope, and of all envelopes together that one connection is putting together. */
    static final int MAX_MESSAGE = 256 << 20;

    private Chunks() {}
}
