package io.whorl.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.transport.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** The parts that messages are made of, to the wire and back. */
final class Parts {
    private static final EnumNames<Failure.Kind, Wire.FailureKind> FAILURES =
            new EnumNames<>(Failure.Kind.class, Wire.FailureKind.class, "FAILURE_KIND");
    private static final EnumNames<Outcome, Wire.Outcome> OUTCOMES =
            new EnumNames<>(Outcome.class, Wire.Outcome.class, "OUTCOME");
    private static final EnumNames<Member.Status, Wire.MemberStatus> STATUSES =
            new EnumNames<>(Member.Status.class, Wire.MemberStatus.class, "MEMBER_STATUS");
    private static final EnumNames<Conflicts, Wire.Conflicts> CONFLICTS =
            new EnumNames<>(Conflicts.class, Wire.Conflicts.class, "CONFLICTS");
    private static final EnumNames<Durability, Wire.Durability> DURABILITIES =
            new EnumNames<>(Durability.class, Wire.Durability.class, "DURABILITY");

    private Parts() {}

    static MalformedBytesException malformed(String what, String expected) {
        return new MalformedBytesException(Kind.NOT_CANONICAL, what, 0, expected);
    }

    /** Refuses a message that lacks a part. */
    static void require(boolean present, String part) {
        if (!present) {
            throw malformed("a message without its " + part, "one with it");
        }
    }

    /** A number that is unsigned on the wire and an {@code int} here. */
    static int nonNegative(int value, String what) {
        if (value < 0) {
            throw malformed(what + " of " + Integer.toUnsignedString(value), "at most " + Integer.MAX_VALUE);
        }
        return value;
    }

    static ByteString bytes(byte[] value) {
        return UnsafeByteOperations.unsafeWrap(value);
    }

    static ByteString dots(DotSet set) {
        return bytes(DotSetCodec.encode(set));
    }

    static DotSet dots(ByteString bytes) {
        return DotSetCodec.decode(bytes.toByteArray());
    }

    static ByteString record(Record record) {
        return bytes(RecordCodec.encode(record));
    }

    static Record record(ByteString bytes) {
        return RecordCodec.decode(bytes.toByteArray());
    }

    static ByteString state(ClusterState state) {
        return bytes(state.encode());
    }

    static ClusterState state(ByteString bytes) {
        return ClusterState.decode(bytes.toByteArray());
    }

    static Wire.ReplicaId replica(ReplicaId replica) {
        return Wire.ReplicaId.newBuilder()
                .setBucket(replica.bucket())
                .setPartition(replica.partition())
                .build();
    }

    static ReplicaId replica(boolean present, Wire.ReplicaId wire) {
        require(present, "replica");
        return new ReplicaId(wire.getBucket(), wire.getPartition());
    }

    static Wire.Write write(Write write) {
        Wire.Write.Builder out = Wire.Write.newBuilder().setExpiry(write.expiry());
        if (write.value() != null) {
            out.setValue(bytes(write.value()));
        }
        if (write.context() != null) {
            out.setContext(dots(write.context()));
        }
        return out.build();
    }

    static Write write(boolean present, Wire.Write wire) {
        require(present, "write");
        if (wire.getExpiry() < 0) {
            throw malformed("an expiry beyond 63 bits", "wall milliseconds");
        }
        return new Write(
                wire.hasValue() ? wire.getValue().toByteArray() : null,
                wire.hasContext() ? dots(wire.getContext()) : null,
                wire.getExpiry());
    }

    static Iterable<Wire.Entry> entries(List<ReplicaMessage.Entry> entries) {
        if (entries.size() > MessageCodec.MAX_ENTRIES) {
            throw new IllegalArgumentException("an answer of " + entries.size() + " entries; at most "
                    + MessageCodec.MAX_ENTRIES + " fit into a message");
        }
        List<Wire.Entry> out = new ArrayList<>(entries.size());
        for (ReplicaMessage.Entry entry : entries) {
            out.add(Wire.Entry.newBuilder()
                    .setKey(bytes(entry.key()))
                    .setRecord(record(entry.record()))
                    .setDots(dots(entry.dots()))
                    .build());
        }
        return out;
    }

    static List<ReplicaMessage.Entry> decodeEntries(List<Wire.Entry> entries) {
        if (entries.size() > MessageCodec.MAX_ENTRIES) {
            throw malformed(entries.size() + " entries", "at most " + MessageCodec.MAX_ENTRIES);
        }
        List<ReplicaMessage.Entry> out = new ArrayList<>(entries.size());
        for (Wire.Entry entry : entries) {
            out.add(new ReplicaMessage.Entry(
                    entry.getKey().toByteArray(), record(entry.getRecord()), dots(entry.getDots())));
        }
        return List.copyOf(out);
    }

    static Wire.Failure failure(Failure failure) {
        return Wire.Failure.newBuilder()
                .setKind(FAILURES.encode(failure.kind()))
                .setOutcome(OUTCOMES.encode(failure.outcome()))
                .setCount(failure.count())
                .setBound(failure.bound())
                .setDetail(failure.detail())
                .build();
    }

    static Failure failure(boolean present, Wire.Failure wire) {
        require(present, "failure");
        return new Failure(
                FAILURES.decode(wire.getKind()),
                OUTCOMES.decode(wire.getOutcome()),
                wire.getCount(),
                wire.getBound(),
                wire.getDetail());
    }

    static Wire.Member member(Member member) {
        return Wire.Member.newBuilder()
                .setId(member.id().value())
                .setAddress(member.address().toString())
                .setZone(member.zone())
                .setWeight(member.weight())
                .setStatus(STATUSES.encode(member.status()))
                .build();
    }

    static Member member(boolean present, Wire.Member wire) {
        require(present, "member");
        return new Member(
                new NodeId(wire.getId()),
                Address.parse(wire.getAddress()),
                wire.getZone(),
                wire.getWeight(),
                STATUSES.decode(wire.getStatus()));
    }

    static Wire.BucketOptions options(BucketOptions options) {
        return Wire.BucketOptions.newBuilder()
                .setReplicas(options.replicas())
                .setReadQuorum(options.readQuorum())
                .setWriteQuorum(options.writeQuorum())
                .setConflicts(CONFLICTS.encode(options.conflicts()))
                .setDurability(DURABILITIES.encode(options.durability()))
                .setStrict(options.quorums() == Quorums.STRICT)
                .build();
    }

    static BucketOptions options(boolean present, Wire.BucketOptions wire) {
        require(present, "options");
        return new BucketOptions(
                wire.getReplicas(),
                wire.getReadQuorum(),
                wire.getWriteQuorum(),
                CONFLICTS.decode(wire.getConflicts()),
                DURABILITIES.decode(wire.getDurability()),
                wire.getStrict() ? Quorums.STRICT : Quorums.SLOPPY);
    }
}
