package io.whorl.core.handoff;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where hints lie in the storage engine: target, bucket, partition, key, so that all hints for one target are a range, and within
 * it those for one replica. The layout is described in docs/storage-format.md.
 */
final class HintKeys {
    private static final int PLACE_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;

    private HintKeys() {}

    static byte[] place(NodeId target, ReplicaId replica) {
        return put(ByteBuffer.allocate(PLACE_BYTES), target, replica).array();
    }

    static byte[] hint(NodeId target, ReplicaId replica, byte[] key) {
        return put(ByteBuffer.allocate(PLACE_BYTES + key.length), target, replica)
                .put(key)
                .array();
    }

    /** Whether the bytes can be a hint's key at all. */
    static boolean isHint(byte[] stored) {
        if (stored.length < PLACE_BYTES) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        long target = bytes.getLong();
        long bucket = bytes.getLong();
        return target != 0 && bucket > 0 && bytes.getInt() >= 0;
    }

    static NodeId targetOf(byte[] stored) {
        return new NodeId(ByteBuffer.wrap(stored).getLong());
    }

    static ReplicaId replicaOf(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored, Long.BYTES, Long.BYTES + Integer.BYTES);
        return new ReplicaId(bytes.getLong(), bytes.getInt());
    }

    static byte[] keyOf(byte[] stored) {
        return Arrays.copyOfRange(stored, PLACE_BYTES, stored.length);
    }

    static byte[] withoutTarget(byte[] stored) {
        return Arrays.copyOfRange(stored, Long.BYTES, stored.length);
    }

    static byte[] withoutTarget(ReplicaId replica, byte[] key) {
        return ByteBuffer.allocate(PLACE_BYTES - Long.BYTES + key.length)
                .putLong(replica.bucket())
                .putInt(replica.partition())
                .put(key)
                .array();
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

    private static ByteBuffer put(ByteBuffer bytes, NodeId target, ReplicaId replica) {
        return bytes.putLong(target.value()).putLong(replica.bucket()).putInt(replica.partition());
    }
}
