package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Sealed;
import java.util.Optional;

/**
 * What a replica keeps of closings, beside the checkpoint of its seen-set and twice like that.
 *
 * @param closed the closing as of which the seen-set has everything of closed runs; 0: it says nothing of closings
 * @param reported the newest freeze for which this replica has reported what it has seen: if that freeze becomes a closing, it is
 *     this replica's too
 */
record ClosingMark(long closed, long reported) {
    /** Of a replica that has nothing to do with closings yet. */
    static final ClosingMark NONE = new ClosingMark(0, 0);

    private static final byte FORMAT = 1;

    ClosingMark closed(long number) {
        return new ClosingMark(number, reported);
    }

    ClosingMark reported(long number) {
        return new ClosingMark(closed, number);
    }

    void write(ReplicaId replica, WriteBatch batch) {
        byte[] sealed = Sealed.seal(
                FORMAT, new ByteWriter().varint(closed).varint(reported).toByteArray());
        batch.put(Space.META, ReplicaKeys.closing(replica, false), sealed);
        batch.put(Space.META, ReplicaKeys.closing(replica, true), sealed.clone());
    }

    static void remove(ReplicaId replica, WriteBatch batch) {
        batch.delete(Space.META, ReplicaKeys.closing(replica, false));
        batch.delete(Space.META, ReplicaKeys.closing(replica, true));
    }

    /**
     * What is stored; of a copy that is damaged or gone the other one tells.
     *
     * @throws MalformedBytesException if there is something, and neither copy can be read
     */
    static ClosingMark recover(ReplicaId replica, StorageEngine storage) {
        MalformedBytesException damage = null;
        Optional<ClosingMark> found = Optional.empty();
        boolean both = true;
        for (boolean second : new boolean[] {false, true}) {
            byte[] stored = storage.get(Space.META, ReplicaKeys.closing(replica, second));
            try {
                Optional<ClosingMark> copy = Optional.ofNullable(stored).map(ClosingMark::open);
                both &= copy.isPresent();
                found = found.or(() -> copy);
            } catch (MalformedBytesException e) {
                damage = e;
                both = false;
            }
        }
        if (found.isEmpty() && damage != null) {
            throw damage;
        }
        if (found.isPresent() && !both) {
            WriteBatch mending = new WriteBatch();
            found.get().write(replica, mending);
            storage.apply(mending);
        }
        return found.orElse(NONE);
    }

    /** What can be read of it, by who gives up what cannot; nothing, if neither copy can be. */
    static ClosingMark readable(ReplicaId replica, StorageEngine storage) {
        for (boolean second : new boolean[] {false, true}) {
            try {
                byte[] stored = storage.get(Space.META, ReplicaKeys.closing(replica, second));
                if (stored != null) {
                    return open(stored);
                }
            } catch (MalformedBytesException e) {
                Salvage.requireDamage(e);
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.CORRUPTION) {
                    throw e;
                }
            }
        }
        return NONE;
    }

    private static ClosingMark open(byte[] stored) {
        ByteReader in = new ByteReader(Sealed.open(FORMAT, stored));
        ClosingMark mark = new ClosingMark(in.varint(), in.varint());
        in.expectEnd();
        return mark;
    }
}
