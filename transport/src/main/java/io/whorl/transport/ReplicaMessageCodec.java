package io.whorl.transport;

import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.ReplicaMessage.Acknowledge;
import io.whorl.core.message.ReplicaMessage.Forward;
import io.whorl.core.message.ReplicaMessage.ForwardDone;
import io.whorl.core.message.ReplicaMessage.ForwardFailed;
import io.whorl.core.message.ReplicaMessage.Pull;
import io.whorl.core.message.ReplicaMessage.PullAnswer;
import io.whorl.core.message.ReplicaMessage.Read;
import io.whorl.core.message.ReplicaMessage.ReadAnswer;
import io.whorl.core.message.ReplicaMessage.Refuse;
import io.whorl.core.message.ReplicaMessage.Replicate;
import io.whorl.core.message.ReplicaMessage.Stream;
import io.whorl.core.message.ReplicaMessage.StreamAnswer;
import io.whorl.transport.wire.Wire;

/** The messages about one replica, to the wire and back; {@link MessageCodec} is the entry. */
final class ReplicaMessageCodec {
    private static final EnumNames<Refusal, Wire.Refusal> REFUSALS =
            new EnumNames<>(Refusal.class, Wire.Refusal.class, "REFUSAL");

    private ReplicaMessageCodec() {}

    static void encode(ReplicaMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Replicate m) {
            out.setReplicate(replicate(m));
        } else if (message instanceof Acknowledge m) {
            out.setAcknowledge(
                    Wire.Acknowledge.newBuilder().setRequest(m.request()).setReplica(Parts.replica(m.replica())));
        } else if (message instanceof Read m) {
            out.setRead(read(m));
        } else if (message instanceof ReadAnswer m) {
            out.setReadAnswer(Wire.ReadAnswer.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setRecord(Parts.record(m.record()))
                    .setBases(Parts.dots(m.bases())));
        } else if (message instanceof Refuse m) {
            out.setRefuse(Wire.Refuse.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setReason(REFUSALS.encode(m.reason()))
                    .setDetail(m.detail()));
        } else if (message instanceof Forward m) {
            out.setForward(forward(m));
        } else if (message instanceof ForwardDone m) {
            out.setForwardDone(Wire.ForwardDone.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setHistory(Parts.dots(m.history()))
                    .setTimestamp(m.timestamp()));
        } else if (message instanceof ForwardFailed m) {
            out.setForwardFailed(Wire.ForwardFailed.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFailure(Parts.failure(m.failure())));
        } else {
            encodeRepair(message, out);
        }
    }

    private static void encodeRepair(ReplicaMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Pull m) {
            out.setPull(Wire.Pull.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFingerprint(m.fingerprint())
                    .setSeen(Parts.dots(m.seen()))
                    .setDurable(Parts.dots(m.durable()))
                    .setMaxBytes(m.maxBytes()));
        } else if (message instanceof PullAnswer m) {
            out.setPullAnswer(Wire.PullAnswer.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setSeen(Parts.dots(m.seen()))
                    .setDurable(Parts.dots(m.durable()))
                    .addAllEntries(Parts.entries(m.entries()))
                    .setPruned(m.pruned())
                    .setMore(m.more()));
        } else if (message instanceof Stream m) {
            Wire.Stream.Builder stream = Wire.Stream.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFingerprint(m.fingerprint())
                    .setMaxBytes(m.maxBytes());
            if (m.after() != null) {
                stream.setAfter(Parts.bytes(m.after()));
            }
            out.setStream(stream);
        } else {
            StreamAnswer m = (StreamAnswer) message;
            Wire.StreamAnswer.Builder answer = Wire.StreamAnswer.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setSeen(Parts.dots(m.seen()))
                    .addAllEntries(Parts.entries(m.entries()));
            if (m.upTo() != null) {
                answer.setUpTo(Parts.bytes(m.upTo()));
            }
            out.setStreamAnswer(answer);
        }
    }

    private static Wire.Replicate.Builder replicate(Replicate m) {
        return Wire.Replicate.newBuilder()
                .setRequest(m.request())
                .setReplica(Parts.replica(m.replica()))
                .setFingerprint(m.fingerprint())
                .setKey(Parts.bytes(m.key()))
                .setRecord(Parts.record(m.record()))
                .setBases(Parts.dots(m.bases()))
                .setAnnounced(Parts.dots(m.announced()))
                .setTimeoutNanos(m.timeoutNanos());
    }

    private static Wire.Read.Builder read(Read m) {
        return Wire.Read.newBuilder()
                .setRequest(m.request())
                .setReplica(Parts.replica(m.replica()))
                .setFingerprint(m.fingerprint())
                .setKey(Parts.bytes(m.key()))
                .setValues(m.values())
                .setStrict(m.strict())
                .setTimeoutNanos(m.timeoutNanos());
    }

    private static Wire.Forward.Builder forward(Forward m) {
        return Wire.Forward.newBuilder()
                .setRequest(m.request())
                .setReplica(Parts.replica(m.replica()))
                .setFingerprint(m.fingerprint())
                .setKey(Parts.bytes(m.key()))
                .setWrite(Parts.write(m.write()))
                .setQuorum(m.quorum())
                .setStrict(m.strict())
                .setTimeoutNanos(m.timeoutNanos())
                .setLatestTimestamp(m.latestTimestamp())
                .setZones(m.zones());
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static ReplicaMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case READ -> decode(wire.getRead());
            case READ_ANSWER -> decode(wire.getReadAnswer());
            case REPLICATE -> decode(wire.getReplicate());
            case ACKNOWLEDGE -> decode(wire.getAcknowledge());
            case REFUSE -> decode(wire.getRefuse());
            case FORWARD -> decode(wire.getForward());
            case FORWARD_DONE -> decode(wire.getForwardDone());
            case FORWARD_FAILED -> decode(wire.getForwardFailed());
            case PULL -> decode(wire.getPull());
            case PULL_ANSWER -> decode(wire.getPullAnswer());
            case STREAM -> decode(wire.getStream());
            case STREAM_ANSWER -> decode(wire.getStreamAnswer());
            default -> throw new AssertionError(wire.getMessageCase() + " is not about a replica");
        };
    }

    private static Read decode(Wire.Read m) {
        return new Read(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                m.getKey().toByteArray(),
                m.getValues(),
                m.getStrict(),
                m.getTimeoutNanos());
    }

    private static ReadAnswer decode(Wire.ReadAnswer m) {
        return new ReadAnswer(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                Parts.record(m.getRecord()),
                Parts.dots(m.getBases()));
    }

    private static Replicate decode(Wire.Replicate m) {
        return new Replicate(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                m.getKey().toByteArray(),
                Parts.record(m.getRecord()),
                Parts.dots(m.getBases()),
                Parts.dots(m.getAnnounced()),
                m.getTimeoutNanos());
    }

    private static Acknowledge decode(Wire.Acknowledge m) {
        return new Acknowledge(m.getRequest(), Parts.replica(m.hasReplica(), m.getReplica()));
    }

    private static Refuse decode(Wire.Refuse m) {
        return new Refuse(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                REFUSALS.decode(m.getReason()),
                m.getDetail());
    }

    private static Forward decode(Wire.Forward m) {
        return new Forward(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                m.getKey().toByteArray(),
                Parts.write(m.hasWrite(), m.getWrite()),
                Parts.nonNegative(m.getQuorum(), "a quorum"),
                m.getStrict(),
                m.getTimeoutNanos(),
                m.getLatestTimestamp(),
                m.getZones());
    }

    private static ForwardDone decode(Wire.ForwardDone m) {
        return new ForwardDone(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                Parts.dots(m.getHistory()),
                m.getTimestamp());
    }

    private static ForwardFailed decode(Wire.ForwardFailed m) {
        return new ForwardFailed(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                Parts.failure(m.hasFailure(), m.getFailure()));
    }

    private static Pull decode(Wire.Pull m) {
        return new Pull(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                Parts.dots(m.getSeen()),
                Parts.dots(m.getDurable()),
                Parts.nonNegative(m.getMaxBytes(), "a limit in bytes"));
    }

    private static PullAnswer decode(Wire.PullAnswer m) {
        return new PullAnswer(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                Parts.dots(m.getSeen()),
                Parts.dots(m.getDurable()),
                Parts.decodeEntries(m.getEntriesList()),
                m.getPruned(),
                m.getMore());
    }

    private static Stream decode(Wire.Stream m) {
        return new Stream(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                m.hasAfter() ? m.getAfter().toByteArray() : null,
                Parts.nonNegative(m.getMaxBytes(), "a limit in bytes"));
    }

    private static StreamAnswer decode(Wire.StreamAnswer m) {
        return new StreamAnswer(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                Parts.dots(m.getSeen()),
                Parts.decodeEntries(m.getEntriesList()),
                m.hasUpTo() ? m.getUpTo().toByteArray() : null);
    }
}
