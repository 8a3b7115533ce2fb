package io.whorl.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.transport.wire.Wire;
import java.util.List;
import java.util.Optional;

/** What is said at the beginning of a connection, to bytes and back. */
final class HandshakeCodec {
    /** "whorlnet". */
    private static final long MAGIC = 0x77686f726c6e6574L;
    /** A reason is a sentence for a log; nobody's log is to be flooded by another node. */
    private static final int MAX_REASON = 1_000;

    private HandshakeCodec() {}

    /** One thing said. */
    sealed interface Said {}

    /** Who the other side is, and which protocol versions it speaks. */
    record Greeting(Hello hello, List<Integer> versions) implements Said {}

    /** We are welcome, in this protocol version. */
    record Accepted(int version) implements Said {}

    /** We are not welcome. */
    record Refused(String reason) implements Said {}

    static byte[] greeting(Hello hello, List<Integer> versions) {
        Wire.Hello.Builder wire = Wire.Hello.newBuilder()
                .setMagic(MAGIC)
                .addAllVersions(versions)
                .setClusterName(hello.clusterName())
                .setClusterId(hello.cluster().map(ClusterId::value).orElse(0L))
                .setNode(hello.node().value())
                .setRun(hello.run())
                .setEpoch(hello.epoch())
                .setAddress(hello.address().toString())
                .setLine(hello.line());
        hello.previousLine().ifPresent(wire::setPreviousLine);
        return Wire.Handshake.newBuilder().setHello(wire).build().toByteArray();
    }

    static byte[] accepted(int version) {
        return Wire.Handshake.newBuilder()
                .setAccepted(Wire.Accepted.newBuilder().setVersion(version))
                .build()
                .toByteArray();
    }

    static byte[] refused(String reason) {
        return Wire.Handshake.newBuilder()
                .setRefused(Wire.Refused.newBuilder().setReason(reason))
                .build()
                .toByteArray();
    }

    /**
     * What these bytes say.
     *
     * @throws MalformedBytesException if they are no step of a handshake
     */
    static Said decode(byte[] bytes) {
        try {
            Wire.Handshake wire = Wire.Handshake.parseFrom(bytes);
            return switch (wire.getStepCase()) {
                case HELLO -> greeting(wire.getHello());
                case ACCEPTED -> new Accepted(wire.getAccepted().getVersion());
                case REFUSED -> new Refused(readable(wire.getRefused().getReason()));
                case STEP_NOT_SET -> throw Parts.malformed("a handshake without a step", "hello, accepted or refused");
            };
        } catch (InvalidProtocolBufferException e) {
            throw Parts.malformed("no Protocol Buffers message: " + e.getMessage(), "a handshake");
        } catch (IllegalArgumentException e) {
            throw Parts.malformed("a greeting with an invalid value: " + e.getMessage(), "a valid one");
        }
    }

    private static Greeting greeting(Wire.Hello wire) {
        if (wire.getMagic() != MAGIC) {
            throw Parts.malformed("magic number " + Long.toHexString(wire.getMagic()), Long.toHexString(MAGIC));
        }
        Optional<ClusterId> cluster =
                wire.getClusterId() == 0 ? Optional.empty() : Optional.of(new ClusterId(wire.getClusterId()));
        return new Greeting(
                new Hello(
                        wire.getClusterName(),
                        cluster,
                        new NodeId(wire.getNode()),
                        wire.getRun(),
                        wire.getEpoch(),
                        Address.parse(wire.getAddress()),
                        wire.getLine(),
                        wire.hasPreviousLine() ? Optional.of(wire.getPreviousLine()) : Optional.empty()),
                List.copyOf(wire.getVersionsList()));
    }

    private static String readable(String reason) {
        String text = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
