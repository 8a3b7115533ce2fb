package io.whorl.transport;

/** What a frame carries: the first byte of its payload. Numbers are never used again. */
final class FrameKind {
    /** A step of the handshake. */
    static final byte HANDSHAKE = 1;
    /** A whole envelope. */
    static final byte MESSAGE = 2;
    /** A part of an envelope that is too large for one frame. */
    static final byte CHUNK = 3;
    /** Nothing, so that the other side knows the connection to be alive. */
    static final byte HEARTBEAT = 4;

    private FrameKind() {}
}
