package io.whorl.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;
import io.whorl.transport.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Every kind of message through the code that is generated from {@code whorl.proto}; {@link MessageCodec} is the entry. Pure and
 * stateless.
 */
final class GeneratedCodec {
    private static final int MAX_FIELDS = MessageCodec.MAX_ENTRIES + 64;
    /** Below this many bytes even the most hostile message costs only some tens of megabytes while it is parsed. */
    private static final int SCANNED_FROM = 1 << 20;

    private GeneratedCodec() {}

    static byte[] encode(Envelope envelope, int headroom) {
        Wire.Envelope message = message(envelope);
        int size = message.getSerializedSize();
        byte[] bytes = new byte[Math.addExact(headroom, size)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, headroom, size);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the size that the message said was too small for it", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    private static Wire.Envelope message(Envelope envelope) {
        Wire.Envelope.Builder out = Wire.Envelope.newBuilder()
                .setToRun(envelope.toRun())
                .setEpoch(envelope.epoch())
                .setAsOf(envelope.asOf());
        if (envelope.message() instanceof HintMessage message) {
            HintMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof ReplicaMessage message) {
            ReplicaMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof LivenessMessage message) {
            LivenessMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof ClosingMessage message) {
            ClosingMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof RepairMessage message) {
            RepairMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof MoveMessage message) {
            MoveMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof AgreementMessage message) {
            AgreementMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof ChangeMessage message) {
            AgreementMessageCodec.encode(message, out);
        } else if (envelope.message() instanceof RecoveryMessage message) {
            RecoveryMessageCodec.encode(message, out);
        } else {
            ClusterMessageCodec.encode((ClusterMessage) envelope.message(), out);
        }
        return out.build();
    }

    static Optional<Envelope> decode(byte[] bytes, int start, int end) {
        try {
            if (end - start > SCANNED_FROM) {
                countFields(bytes, start, end);
            }
            CodedInputStream in = CodedInputStream.newInstance(bytes, start, end - start);
            in.enableAliasing(true);
            Wire.Envelope wire = Wire.Envelope.parseFrom(in);
            return switch (wire.getMessageCase()) {
                case MESSAGE_NOT_SET -> withoutMessage(wire);
                case READ,
                        READ_ANSWER,
                        REPLICATE,
                        ACKNOWLEDGE,
                        REFUSE,
                        FORWARD,
                        FORWARD_DONE,
                        FORWARD_FAILED,
                        PULL,
                        PULL_ANSWER,
                        STREAM,
                        STREAM_ANSWER ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), ReplicaMessageCodec.decode(wire)));
                case PROBE, PROBE_ANSWER, INDIRECT_PROBE, INDIRECT_ANSWER, NACK ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), LivenessMessageCodec.decode(wire)));
                case ASK_RUNS, NAMED_RUNS, ASK_REPORT, REPORT ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), ClosingMessageCodec.decode(wire)));
                case KEEP_HINT, HAND_OVER, HANDED_OVER ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), HintMessageCodec.decode(wire)));
                case SUMMARY, SUMMARY_ANSWER, PUSH, PUSH_ANSWER ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), RepairMessageCodec.decode(wire)));
                case ASK_REPLICAS, REPLICAS_TOLD ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), MoveMessageCodec.decode(wire)));
                case PREPARE, PROMISE, PROPOSE, CONSENT, OUTBID, ASK_CHANGE, CHANGE_MADE, CHANGE_REFUSED ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), AgreementMessageCodec.decode(wire)));
                case PROPOSE_RECOVERY, AGREE_RECOVERY, OBJECT_RECOVERY, RECOVERED ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), RecoveryMessageCodec.decode(wire)));
                default ->
                    Optional.of(new Envelope(
                            wire.getToRun(), wire.getEpoch(), wire.getAsOf(), ClusterMessageCodec.decode(wire)));
            };
        } catch (UnknownEnumValueException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Parts.malformed("no Protocol Buffers message: " + e.getMessage(), "an envelope");
        } catch (IllegalArgumentException e) {
            throw Parts.malformed("an invalid value: " + e.getMessage(), "one that its type permits");
        }
    }

    private static Optional<Envelope> withoutMessage(Wire.Envelope wire) {
        if (wire.getUnknownFields().asMap().isEmpty()) {
            throw new MalformedBytesException(Kind.TOO_SHORT, "an envelope without a message", 0, "one message");
        }
        return Optional.empty();
    }

    private static boolean mayHaveEntries(int tag) {
        int field = WireFormat.getTagFieldNumber(tag);
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                && (field == Wire.Envelope.PULL_ANSWER_FIELD_NUMBER
                        || field == Wire.Envelope.STREAM_ANSWER_FIELD_NUMBER
                        || field == Wire.Envelope.HAND_OVER_FIELD_NUMBER
                        || field == Wire.Envelope.REPORT_FIELD_NUMBER
                        || field == Wire.Envelope.SUMMARY_FIELD_NUMBER
                        || field == Wire.Envelope.PUSH_FIELD_NUMBER
                        || field == Wire.Envelope.REPLICAS_TOLD_FIELD_NUMBER);
    }

    /** Walks the two outer levels without building anything, because each parsed field costs far more than its bytes. */
    private static void countFields(byte[] bytes, int start, int end) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes, start, end - start);
        int fields = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            fields = counted(fields);
            if (!mayHaveEntries(tag)) {
                skip(in, tag);
                continue;
            }
            int outer = in.pushLimit(in.readRawVarint32());
            for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                fields = counted(fields);
                skip(in, inner);
            }
            in.popLimit(outer);
        }
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("the end of a group that did not begin");
        }
    }

    private static int counted(int fields) {
        if (fields == MAX_FIELDS) {
            throw Parts.malformed(
                    "more than " + MAX_FIELDS + " fields", "at most " + MessageCodec.MAX_ENTRIES + " entries");
        }
        return fields + 1;
    }
}
