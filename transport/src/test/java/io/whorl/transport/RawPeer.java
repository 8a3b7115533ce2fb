package io.whorl.transport;

import io.whorl.core.message.Hello;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A plain socket that speaks the frames by itself, so that it can also speak them wrongly. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    record Frame(byte kind, byte[] body) {}

    RawPeer(Address to) throws IOException {
        socket = new Socket(to.host(), to.port());
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    static Hello hello(long node, String cluster) {
        return new Hello(cluster, Optional.of(new ClusterId(1)), new NodeId(node), 99, 0, new Address("127.0.0.1", 1));
    }

    static byte[] frame(int kind, byte... body) {
        byte[] payload = new byte[body.length + 1];
        payload[0] = (byte) kind;
        System.arraycopy(body, 0, payload, 1, body.length);
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return bytes(data -> {
            data.writeInt(payload.length);
            data.writeInt((int) crc.getValue());
            data.write(payload);
        });
    }

    static byte[] chunk(int message, int index, int last, byte... bytes) {
        return frame(FrameKind.CHUNK, bytes(data -> {
            data.writeInt(message);
            data.writeInt(index);
            data.writeByte(last);
            data.write(bytes);
        }));
    }

    /** Says hello as node 77 and waits until it is accepted. */
    RawPeer shakeHands() throws IOException {
        send(frame(FrameKind.HANDSHAKE, HandshakeCodec.greeting(hello(77, "cluster"), Handshake.VERSIONS)));
        read();
        read();
        return send(frame(FrameKind.HANDSHAKE, HandshakeCodec.accepted(1)));
    }

    RawPeer send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    Frame read() throws IOException {
        int length = in.readInt();
        in.readInt();
        byte kind = in.readByte();
        byte[] body = new byte[length - 1];
        in.readFully(body);
        return new Frame(kind, body);
    }

    /** Says that nothing more will be sent. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** What arrives until the other side closes the connection. */
    List<Frame> readToEnd() {
        List<Frame> frames = new java.util.ArrayList<>();
        try {
            while (true) {
                frames.add(read());
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException("the connection was not closed", e);
        } catch (IOException e) {
            return frames;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private interface Writing {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
