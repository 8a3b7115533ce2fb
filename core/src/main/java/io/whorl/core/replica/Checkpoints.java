package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The checkpoint of a replica's seen-set, one entry per actor, kept twice.
 *
 * <p>Records are stripped of what the seen-set says; where it cannot be read, nobody knows any more what they had replaced, and no
 * peer can tell. So it is the one thing on the disk that a single damaged place must not take away. Both copies are written in one
 * batch; one that is found damaged is written anew from the other.
 */
final class Checkpoints {
    private final ReplicaId replica;
    private final StorageEngine storage;

    Checkpoints(ReplicaId replica, StorageEngine storage) {
        this.replica = replica;
        this.storage = storage;
    }

    /** Puts what was seen of those actors into the batch. */
    void write(Iterable<Actor> actors, DotSet seen, WriteBatch batch) {
        for (Actor actor : actors) {
            byte[] sealed = StoredForms.sealDots(seen.only(actor::equals));
            batch.put(Space.META, ReplicaKeys.seen(replica, false, actor), sealed);
            batch.put(Space.META, ReplicaKeys.seen(replica, true, actor), sealed.clone());
        }
    }

    /** Removes those of these actors. */
    void remove(Iterable<Actor> actors, WriteBatch batch) {
        for (Actor actor : actors) {
            batch.delete(Space.META, ReplicaKeys.seen(replica, false, actor));
            batch.delete(Space.META, ReplicaKeys.seen(replica, true, actor));
        }
    }

    /** Removes them all. */
    void remove(WriteBatch batch) {
        for (boolean second : new boolean[] {false, true}) {
            byte[] prefix = ReplicaKeys.seen(replica, second);
            batch.deleteRange(Space.META, prefix, ReplicaKeys.end(prefix));
        }
    }

    /**
     * What they say, once copies that are damaged have been mended.
     *
     * @throws MalformedBytesException if neither copy of one can be read
     */
    DotSet recover() {
        Map<Actor, byte[]> intact = new TreeMap<>();
        Map<Actor, MalformedBytesException> damaged = new TreeMap<>();
        DotSet.Builder seen = DotSet.builder();
        read(false, intact, damaged, seen);
        read(true, intact, damaged, seen);
        WriteBatch mending = new WriteBatch();
        damaged.forEach((actor, failure) -> {
            byte[] copy = intact.get(actor);
            if (copy == null) {
                throw failure;
            }
            mending.put(Space.META, ReplicaKeys.seen(replica, false, actor), copy);
            mending.put(Space.META, ReplicaKeys.seen(replica, true, actor), copy.clone());
        });
        if (!mending.isEmpty()) {
            storage.apply(mending);
        }
        return seen.build();
    }

    /**
     * What can be read of them.
     *
     * @param lost told of each of which neither copy can be
     */
    DotSet readable(Consumer<RuntimeException> lost) {
        Map<Actor, byte[]> intact = new TreeMap<>();
        Map<Actor, MalformedBytesException> damaged = new TreeMap<>();
        DotSet.Builder seen = DotSet.builder();
        for (boolean second : new boolean[] {false, true}) {
            try {
                read(second, intact, damaged, seen);
            } catch (StorageException e) {
                lost.accept(e);
            }
        }
        damaged.forEach((actor, failure) -> {
            if (!intact.containsKey(actor)) {
                lost.accept(failure);
            }
        });
        return seen.build();
    }

    private void read(
            boolean second,
            Map<Actor, byte[]> intact,
            Map<Actor, MalformedBytesException> damaged,
            DotSet.Builder seen) {
        byte[] prefix = ReplicaKeys.seen(replica, second);
        try (StorageEngine.Cursor cursor = storage.scan(Space.META, prefix, ReplicaKeys.end(prefix))) {
            while (cursor.next()) {
                Actor actor = ReplicaKeys.actorOfSeen(cursor.key());
                byte[] value = cursor.value();
                try {
                    seen.join(StoredForms.openDots(value));
                    intact.put(actor, value);
                } catch (MalformedBytesException e) {
                    damaged.put(actor, e);
                }
            }
        }
    }
}
