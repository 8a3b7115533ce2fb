package io.whorl.testkit.simulation;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sealed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what nodes store, by the layout that docs/storage-format.md fixes, independently of the code that writes it. */
final class StoredLayout {
    private static final byte FORMAT = 1;
    private static final int REPLICA_BYTES = 12;
    private static final int TARGET_BYTES = 8;
    private static final byte CHECKPOINT = 's';
    private static final byte SECOND_CHECKPOINT = 'u';
    private static final byte STANDING = 'd';
    private static final byte CLOSING = 'c';
    private static final byte[] CLUSTER_STATE = "cluster".getBytes(StandardCharsets.US_ASCII);
    /** What a voter has promised. */
    private static final byte[] AGREEMENT = "agreement".getBytes(StandardCharsets.US_ASCII);

    /** What of the meta space must not go back on the disk of a node that keeps its identity. */
    static final List<byte[]> NEVER_ROLLED_BACK = List.of(CLUSTER_STATE, AGREEMENT);

    private StoredLayout() {}

    /** The replica that an entry of the record or dot space belongs to. */
    static ReplicaId replica(byte[] stored) {
        return replica(stored, 0);
    }

    private static ReplicaId replica(byte[] stored, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(stored, at, REPLICA_BYTES);
        return new ReplicaId(bytes.getLong(), bytes.getInt());
    }

    /** The first bytes of everything that a replica has in the record and dot spaces. */
    static byte[] prefix(ReplicaId replica) {
        return ByteBuffer.allocate(REPLICA_BYTES)
                .putLong(replica.bucket())
                .putInt(replica.partition())
                .array();
    }

    static byte[] recordKey(ReplicaId replica, byte[] key) {
        return ByteBuffer.allocate(REPLICA_BYTES + key.length)
                .put(prefix(replica))
                .put(key)
                .array();
    }

    /** The first bytes of a replica's checkpoints in the meta space. */
    static byte[] checkpointPrefix(ReplicaId replica) {
        return ByteBuffer.allocate(1 + REPLICA_BYTES)
                .put(CHECKPOINT)
                .put(prefix(replica))
                .array();
    }

    /** How far the repair of a replica is that cannot be counted on. */
    enum Repair {
        /** It has only fallen behind. */
        BEHIND,
        /** Its records are being salvaged: what cannot be read goes, while the old seen-set is still there. */
        RECORDS,
        /** Its dot log is being sifted. */
        DOTS,
        /** It takes itself anew, beginning with a seen-set that is true of what was salvaged. */
        TAKING
    }

    /** The mark of a replica that cannot be counted on, in the meta space. */
    static byte[] standingKey(ReplicaId replica) {
        return ByteBuffer.allocate(1 + REPLICA_BYTES)
                .put(STANDING)
                .put(prefix(replica))
                .array();
    }

    static boolean isStanding(byte[] metaKey) {
        return metaKey.length == 1 + REPLICA_BYTES && metaKey[0] == STANDING;
    }

    /** What a replica keeps of closings: as of which one its seen-set is, and for which freeze it has reported last. */
    record Closing(long closed, long reported) {}

    /** Whether an entry of the meta space is what a replica keeps of closings, the first copy of it. */
    static boolean isClosing(byte[] metaKey) {
        return metaKey.length == 1 + REPLICA_BYTES + 1 && metaKey[0] == CLOSING && metaKey[1 + REPLICA_BYTES] == 0;
    }

    static ReplicaId replicaOfClosing(byte[] metaKey) {
        return replica(metaKey, 1);
    }

    static byte[] closingKey(ReplicaId replica) {
        return ByteBuffer.allocate(1 + REPLICA_BYTES + 1)
                .put(CLOSING)
                .put(prefix(replica))
                .array();
    }

    static Closing closing(byte[] stored) {
        if (stored == null) {
            return new Closing(0, 0);
        }
        ByteReader in = new ByteReader(Sealed.open(FORMAT, stored));
        return new Closing(in.varint(), in.varint());
    }

    /** The runs that are closed, if an entry of the meta space is the cluster's state. */
    static Optional<ClosedRuns> closedRuns(byte[] metaKey, byte[] stored) {
        return Arrays.equals(metaKey, CLUSTER_STATE)
                ? Optional.of(ClusterState.decode(Sealed.open(FORMAT, stored))
                        .closings()
                        .closed())
                : Optional.empty();
    }

    static ReplicaId replicaOfStanding(byte[] metaKey) {
        return replica(metaKey, 1);
    }

    static Repair repair(byte[] stored) {
        return Repair.values()[new ByteReader(Sealed.open(FORMAT, stored)).u8()];
    }

    /** The first key after all that begin with the prefix. */
    static byte[] after(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xff) {
                byte[] next = Arrays.copyOf(prefix, i + 1);
                next[i]++;
                return next;
            }
        }
        return null;
    }

    static byte[] keyOfRecord(byte[] stored) {
        return Arrays.copyOfRange(stored, REPLICA_BYTES, stored.length);
    }

    static Dot dot(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored, REPLICA_BYTES, stored.length - REPLICA_BYTES);
        long run = bytes.getLong();
        int stint = bytes.getInt();
        Role role = bytes.get() == 0 ? Role.REPLICA : Role.FALLBACK;
        return new Dot(new Actor(run, stint, role), bytes.getLong());
    }

    static byte[] key(byte[] stored) {
        return Sealed.open(FORMAT, stored);
    }

    static Record record(byte[] stored) {
        if (stored == null) {
            return Record.empty();
        }
        ByteReader in = new ByteReader(Sealed.open(FORMAT, stored));
        Record record = RecordCodec.read(in);
        in.expectEnd();
        return record;
    }

    /**
     * A hint as it lies on a disk.
     *
     * @param announced the events whose effect the record carries
     */
    record Hint(NodeId target, ReplicaId replica, byte[] key, DotSet announced, Record record) {
        /** The events that it is a copy of. */
        DotSet carried() {
            return announced.join(record.siblingDots());
        }

        boolean isOfKeyOf(Hint other) {
            return replica.equals(other.replica) && Arrays.equals(key, other.key);
        }
    }

    static Hint hint(byte[] stored, byte[] value) {
        ByteReader in = new ByteReader(Sealed.open(FORMAT, value));
        in.varint();
        DotSet announced = DotSetCodec.read(in);
        Record record = RecordCodec.read(in);
        in.expectEnd();
        return new Hint(
                new NodeId(ByteBuffer.wrap(stored).getLong()),
                replica(stored, TARGET_BYTES),
                Arrays.copyOfRange(stored, TARGET_BYTES + REPLICA_BYTES, stored.length),
                announced,
                record);
    }

    /** A hint, unless its bytes have changed since they were written. */
    static Optional<Hint> readableHint(byte[] stored, byte[] value) {
        try {
            return Optional.of(hint(stored, value));
        } catch (MalformedBytesException e) {
            return Optional.empty();
        }
    }

    /** Whether an entry of the meta space is a checkpoint of a seen-set, the first copy of it. */
    static boolean isCheckpoint(byte[] metaKey) {
        return metaKey.length == 1 + REPLICA_BYTES + 13 && metaKey[0] == CHECKPOINT;
    }

    /** Whether an entry of the meta space is either copy of a checkpoint. */
    static boolean isCopyOfCheckpoint(byte[] metaKey) {
        return metaKey.length == 1 + REPLICA_BYTES + 13
                && (metaKey[0] == CHECKPOINT || metaKey[0] == SECOND_CHECKPOINT);
    }

    /** The key of the other copy of a checkpoint. */
    static byte[] otherCopy(byte[] metaKey) {
        byte[] other = metaKey.clone();
        other[0] = metaKey[0] == CHECKPOINT ? SECOND_CHECKPOINT : CHECKPOINT;
        return other;
    }

    /** What a checkpoint says; empty if its bytes have changed since they were written, or if there is none. */
    static Optional<DotSet> readableDots(byte[] stored) {
        try {
            return stored == null ? Optional.empty() : Optional.of(dots(stored));
        } catch (MalformedBytesException e) {
            return Optional.empty();
        }
    }

    /** The cluster state that a change stores, if it does. */
    static Optional<ClusterState> state(WriteBatch.Change change) {
        boolean isState = change instanceof WriteBatch.Put put
                && put.space() == Space.META
                && Arrays.equals(put.key(), CLUSTER_STATE);
        return isState
                ? Optional.of(ClusterState.decode(Sealed.open(FORMAT, ((WriteBatch.Put) change).value())))
                : Optional.empty();
    }

    /** The cluster state that a disk holds. */
    static Optional<ClusterState> state(SimulatedDisk disk) {
        return Optional.ofNullable(disk.get(Space.META, CLUSTER_STATE))
                .map(stored -> ClusterState.decode(Sealed.open(FORMAT, stored)));
    }

    /** The replica that a change erases, if it erases all its records. */
    static Optional<ReplicaId> erased(WriteBatch.Change change) {
        boolean all = change instanceof WriteBatch.DeleteRange range
                && range.space() == Space.RECORDS
                && range.from().length == REPLICA_BYTES
                && Arrays.equals(range.to(), after(range.from()));
        return all ? Optional.of(replica(((WriteBatch.DeleteRange) change).from())) : Optional.empty();
    }

    static ReplicaId replicaOfCheckpoint(byte[] metaKey) {
        return replica(metaKey, 1);
    }

    static DotSet dots(byte[] stored) {
        return DotSetCodec.decode(Sealed.open(FORMAT, stored));
    }
}
