package io.whorl.processes;

import io.whorl.transport.wire.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The first frame that the side which connects says, by which the proxy learns who it is.
 *
 * @param frame its bytes, to be handed on unchanged
 * @param advertised where its sender says that others reach it
 */
record Greeting(byte[] frame, String advertised) {
    private static final int HEADER = 8;
    private static final int LONGEST = 64 << 10;

    /**
     * Reads it.
     *
     * @throws IOException if the connection ends before, or it is no greeting
     */
    static Greeting read(DataInputStream in) throws IOException {
        int length = in.readInt();
        int checksum = in.readInt();
        if (length < 1 || length > LONGEST) {
            throw new IOException("a first frame of " + length + " bytes");
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        Wire.Handshake step = Wire.Handshake.parseFrom(ByteBuffer.wrap(payload, 1, length - 1));
        return new Greeting(
                ByteBuffer.allocate(HEADER + length)
                        .putInt(length)
                        .putInt(checksum)
                        .put(payload)
                        .array(),
                step.getHello().getAddress());
    }
}
