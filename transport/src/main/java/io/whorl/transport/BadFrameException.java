package io.whorl.transport;

import io.netty.handler.codec.DecoderException;

/** Bytes arrived that no node sends. The connection they came by is closed; it never leaves this package. */
final class BadFrameException extends DecoderException {
    private static final long serialVersionUID = 1;

    BadFrameException(String message) {
        super(message);
    }
}
