package io.whorl.transport;

import com.google.protobuf.ByteString;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.HintMessage.HandOver;
import io.whorl.core.message.HintMessage.HandedOver;
import io.whorl.core.message.HintMessage.Hint;
import io.whorl.core.message.HintMessage.Keep;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The messages about hints, to the wire and back; {@link MessageCodec} is the entry. */
final class HintMessageCodec {
    private HintMessageCodec() {}

    static void encode(HintMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Keep m) {
            out.setKeepHint(Wire.KeepHint.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFingerprint(m.fingerprint())
                    .setTarget(m.target().value())
                    .setKey(Parts.bytes(m.key()))
                    .setRecord(Parts.record(m.record()))
                    .setBases(Parts.dots(m.bases()))
                    .setAnnounced(Parts.dots(m.announced()))
                    .setTimeoutNanos(m.timeoutNanos()));
        } else if (message instanceof HandOver m) {
            out.setHandOver(Wire.HandOver.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFingerprint(m.fingerprint())
                    .addAllHints(hints(m.hints())));
        } else {
            HandedOver m = (HandedOver) message;
            out.setHandedOver(Wire.HandedOver.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setVersions(versions(m.versions()))
                    .setGrantBytes(m.grantBytes())
                    .setPauseNanos(m.pauseNanos()));
        }
    }

    private static List<Wire.Hint> hints(List<Hint> hints) {
        requireFits(hints.size());
        List<Wire.Hint> out = new ArrayList<>(hints.size());
        for (Hint hint : hints) {
            out.add(Wire.Hint.newBuilder()
                    .setKey(Parts.bytes(hint.key()))
                    .setRecord(Parts.record(hint.record()))
                    .setAnnounced(Parts.dots(hint.announced()))
                    .setVersion(hint.version())
                    .build());
        }
        return out;
    }

    private static ByteString versions(List<Long> versions) {
        requireFits(versions.size());
        ByteBuffer out = ByteBuffer.allocate(versions.size() * Long.BYTES);
        versions.forEach(out::putLong);
        return Parts.bytes(out.array());
    }

    private static void requireFits(int count) {
        if (count > MessageCodec.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "a batch of " + count + " hints; at most " + MessageCodec.MAX_ENTRIES + " fit into a message");
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static HintMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case KEEP_HINT -> decode(wire.getKeepHint());
            case HAND_OVER -> decode(wire.getHandOver());
            case HANDED_OVER -> decode(wire.getHandedOver());
            default -> throw new AssertionError(wire.getMessageCase() + " is not about hints");
        };
    }

    private static Keep decode(Wire.KeepHint m) {
        return new Keep(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                new NodeId(m.getTarget()),
                m.getKey().toByteArray(),
                Parts.record(m.getRecord()),
                Parts.dots(m.getBases()),
                Parts.dots(m.getAnnounced()),
                m.getTimeoutNanos());
    }

    private static HandOver decode(Wire.HandOver m) {
        if (m.getHintsCount() > MessageCodec.MAX_ENTRIES) {
            throw Parts.malformed(m.getHintsCount() + " hints", "at most " + MessageCodec.MAX_ENTRIES);
        }
        List<Hint> hints = new ArrayList<>(m.getHintsCount());
        for (Wire.Hint hint : m.getHintsList()) {
            hints.add(new Hint(
                    hint.getKey().toByteArray(),
                    Parts.record(hint.getRecord()),
                    Parts.dots(hint.getAnnounced()),
                    hint.getVersion()));
        }
        return new HandOver(
                m.getRequest(), Parts.replica(m.hasReplica(), m.getReplica()), m.getFingerprint(), List.copyOf(hints));
    }

    private static HandedOver decode(Wire.HandedOver m) {
        int size = m.getVersions().size();
        if (size % Long.BYTES != 0 || size / Long.BYTES > MessageCodec.MAX_ENTRIES) {
            throw Parts.malformed(
                    size + " bytes of versions", "eight for each, at most " + MessageCodec.MAX_ENTRIES + " times");
        }
        ByteBuffer bytes = m.getVersions().asReadOnlyByteBuffer();
        List<Long> versions = new ArrayList<>(size / Long.BYTES);
        while (bytes.hasRemaining()) {
            versions.add(bytes.getLong());
        }
        return new HandedOver(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                List.copyOf(versions),
                Parts.nonNegative(m.getGrantBytes(), "a limit in bytes"),
                m.getPauseNanos());
    }
}
