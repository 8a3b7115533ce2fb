package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Ring;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.Role;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a replica's parts lie in the storage engine's key spaces. Everything begins with the replica's id, big-endian, so that a
 * replica is one range of each space. The layout is described in docs/storage-format.md.
 */
final class ReplicaKeys {
    /** Tag of a seen-set's checkpoint in the meta space: tag, replica, actor. */
    private static final byte SEEN = 's';
    /** Tag of that checkpoint's second copy. */
    private static final byte SEEN_TOO = 'u';
    /** Tag of a remnant's mark in the meta space: tag, replica, key. */
    private static final byte REMNANT = 'r';
    /** Tag of the mark that a stream has brought values which the seen-set does not name yet: tag, replica. */
    private static final byte STREAMED = 't';

    /** Tag of what a replica keeps of closings: tag, replica, which copy. */
    private static final byte CLOSING = 'c';
    /** Tag of the mark of a replica that cannot be counted on: tag, replica. */
    private static final byte STANDING = 'd';
    /** Tag of the mark of a replica that has ever seen something: tag, replica. */
    private static final byte HELD = 'o';

    private static final byte[] TAGS = {SEEN, SEEN_TOO, REMNANT, STREAMED, STANDING, HELD, CLOSING};

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int REPLICA_BYTES = Long.BYTES + Integer.BYTES;
    private static final int ACTOR_BYTES = Long.BYTES + Integer.BYTES + 1;

    private ReplicaKeys() {}

    static byte[] replica(ReplicaId replica) {
        byte[] bytes = new byte[REPLICA_BYTES];
        put(bytes, 0, replica);
        return bytes;
    }

    static byte[] record(ReplicaId replica, byte[] key) {
        byte[] bytes = new byte[REPLICA_BYTES + key.length];
        put(bytes, 0, replica);
        System.arraycopy(key, 0, bytes, REPLICA_BYTES, key.length);
        return bytes;
    }

    /** The key within a replica, of an entry of the record space. */
    static byte[] keyOfRecord(byte[] stored) {
        return Arrays.copyOfRange(stored, REPLICA_BYTES, stored.length);
    }

    static byte[] dot(ReplicaId replica, Dot dot) {
        return dot(replica, dot.actor(), dot.counter());
    }

    static byte[] dot(ReplicaId replica, Actor actor, long counter) {
        byte[] bytes = new byte[REPLICA_BYTES + ACTOR_BYTES + Long.BYTES];
        put(bytes, 0, replica);
        put(bytes, REPLICA_BYTES, actor);
        LONGS.set(bytes, REPLICA_BYTES + ACTOR_BYTES, counter);
        return bytes;
    }

    /** The first bytes of an actor's dots. */
    static byte[] dots(ReplicaId replica, Actor actor) {
        byte[] bytes = new byte[REPLICA_BYTES + ACTOR_BYTES];
        put(bytes, 0, replica);
        put(bytes, REPLICA_BYTES, actor);
        return bytes;
    }

    static Dot dotOf(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored, REPLICA_BYTES, stored.length - REPLICA_BYTES);
        return new Dot(actor(bytes), bytes.getLong());
    }

    /** The first bytes of a replica's checkpoints, or of their second copies. */
    static byte[] seen(ReplicaId replica, boolean second) {
        return tagged(second ? SEEN_TOO : SEEN, replica, 0);
    }

    static byte[] seen(ReplicaId replica, boolean second, Actor actor) {
        byte[] bytes = tagged(second ? SEEN_TOO : SEEN, replica, ACTOR_BYTES);
        put(bytes, 1 + REPLICA_BYTES, actor);
        return bytes;
    }

    static Actor actorOfSeen(byte[] stored) {
        return actor(ByteBuffer.wrap(stored, 1 + REPLICA_BYTES, ACTOR_BYTES));
    }

    static byte[] streamed(ReplicaId replica) {
        return tagged(STREAMED, replica, 0);
    }

    static byte[] closing(ReplicaId replica, boolean second) {
        byte[] bytes = tagged(CLOSING, replica, 1);
        bytes[1 + REPLICA_BYTES] = (byte) (second ? 1 : 0);
        return bytes;
    }

    static byte[] standing(ReplicaId replica) {
        return tagged(STANDING, replica, 0);
    }

    static byte[] held(ReplicaId replica) {
        return tagged(HELD, replica, 0);
    }

    static byte[] remnant(ReplicaId replica) {
        return tagged(REMNANT, replica, 0);
    }

    static byte[] remnant(ReplicaId replica, byte[] key) {
        byte[] bytes = tagged(REMNANT, replica, key.length);
        System.arraycopy(key, 0, bytes, 1 + REPLICA_BYTES, key.length);
        return bytes;
    }

    static byte[] keyOfRemnant(byte[] stored) {
        return Arrays.copyOfRange(stored, 1 + REPLICA_BYTES, stored.length);
    }

    /** Removes everything of a replica. */
    static void erase(ReplicaId replica, WriteBatch batch) {
        byte[] prefix = replica(replica);
        batch.deleteRange(Space.RECORDS, prefix, end(prefix));
        batch.deleteRange(Space.DOTS, prefix, end(prefix));
        for (byte tag : TAGS) {
            byte[] tagged = tagged(tag, replica, 0);
            batch.deleteRange(Space.META, tagged, end(tagged));
        }
    }

    /** All replicas that have ever seen something, or have reported for a freeze, perhaps without having seen anything. */
    static List<ReplicaId> stored(StorageEngine storage) {
        TreeSet<ReplicaId> stored = new TreeSet<>();
        collect(storage, HELD, 1 + REPLICA_BYTES, stored);
        collect(storage, CLOSING, 1 + REPLICA_BYTES + 1, stored);
        return List.copyOf(stored);
    }

    /** Whether a replica is among the {@link #stored}. */
    static boolean isStored(StorageEngine storage, ReplicaId replica) {
        return storage.get(Space.META, held(replica)) != null
                || storage.get(Space.META, closing(replica, false)) != null
                || storage.get(Space.META, closing(replica, true)) != null;
    }

    /**
     * Whether there is anything of a bucket's replicas from which they recover.
     *
     * @throws StorageException if that cannot be told
     */
    static boolean isStored(StorageEngine storage, long bucket) {
        byte[] prefix = ByteBuffer.allocate(Long.BYTES).putLong(bucket).array();
        if (isStored(storage, Space.DOTS, prefix)) {
            return true;
        }
        for (byte tag : TAGS) {
            byte[] tagged =
                    ByteBuffer.allocate(1 + Long.BYTES).put(tag).putLong(bucket).array();
            if (isStored(storage, Space.META, tagged)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isStored(StorageEngine storage, Space space, byte[] prefix) {
        try (StorageEngine.Cursor cursor = storage.scan(space, prefix, end(prefix))) {
            return cursor.next();
        }
    }

    private static void collect(StorageEngine storage, byte tag, int length, TreeSet<ReplicaId> found) {
        byte[] prefix = {tag};
        try (StorageEngine.Cursor cursor = storage.scan(Space.META, prefix, end(prefix))) {
            while (cursor.next()) {
                byte[] stored = cursor.key();
                if (stored.length != length) {
                    continue;
                }
                ByteBuffer bytes = ByteBuffer.wrap(stored, 1, REPLICA_BYTES);
                long bucket = bytes.getLong();
                int partition = bytes.getInt();
                if (bucket >= 1 && partition >= 0 && partition < Ring.MAX_PARTITIONS) {
                    found.add(new ReplicaId(bucket, partition));
                }
            }
        }
    }

    /** The first key after all that begin with the prefix; null if there is none. */
    static byte[] end(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xff) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }

    /** The first key after this one. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** A tag and a replica, and room for so many bytes behind them. */
    private static byte[] tagged(byte tag, ReplicaId replica, int room) {
        byte[] bytes = new byte[1 + REPLICA_BYTES + room];
        bytes[0] = tag;
        put(bytes, 1, replica);
        return bytes;
    }

    private static void put(byte[] bytes, int at, ReplicaId replica) {
        LONGS.set(bytes, at, replica.bucket());
        INTS.set(bytes, at + Long.BYTES, replica.partition());
    }

    private static void put(byte[] bytes, int at, Actor actor) {
        LONGS.set(bytes, at, actor.run());
        INTS.set(bytes, at + Long.BYTES, actor.stint());
        bytes[at + Long.BYTES + Integer.BYTES] = (byte) actor.role().ordinal();
    }

    private static Actor actor(ByteBuffer bytes) {
        long run = bytes.getLong();
        int stint = bytes.getInt();
        return new Actor(run, stint, bytes.get() == 0 ? Role.REPLICA : Role.FALLBACK);
    }
}
