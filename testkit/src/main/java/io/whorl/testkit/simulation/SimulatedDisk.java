package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A node's disk, which outlives its processes: ordered maps, and what it takes to undo the batches that were not synced yet, so
 * that a power loss can leave any prefix of them.
 */
final class SimulatedDisk {
    private final Map<Space, NavigableMap<byte[], byte[]>> spaces = new EnumMap<>(Space.class);
    private final Deque<Applied> unsynced = new ArrayDeque<>();
    /** What records were before a bit of them was flipped, as long as they are not written again. */
    private final NavigableMap<byte[], byte[]> unflipped = new TreeMap<>(Arrays::compareUnsigned);

    private final DiskTrouble trouble = new DiskTrouble();
    private long applied;
    private boolean lostPower;

    /** A batch that a power loss may undo: what was there before, in the order of the changes. */
    private record Applied(long number, List<Former> former) {}

    private record Former(Space space, byte[] key, byte[] value) {}

    SimulatedDisk() {
        for (Space space : Space.values()) {
            spaces.put(space, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /** What is wrong with it. */
    DiskTrouble trouble() {
        return trouble;
    }

    byte[] get(Space space, byte[] key) {
        return spaces.get(space).get(key);
    }

    /** A record as it was written last, whatever has become of it since: a process may still know. */
    byte[] written(byte[] recordKey) {
        byte[] before = unflipped.get(recordKey);
        return before == null ? get(Space.RECORDS, recordKey) : before;
    }

    /** A live view of the keys from {@code from} (inclusive) to {@code to} (exclusive; null: to the end). */
    NavigableMap<byte[], byte[]> range(Space space, byte[] from, byte[] to) {
        NavigableMap<byte[], byte[]> all = spaces.get(space);
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return new TreeMap<>(Arrays::compareUnsigned);
        }
        return to == null ? all.tailMap(from, true) : all.subMap(from, true, to, false);
    }

    /** Applies a batch and returns its number; numbers grow by one. */
    long apply(WriteBatch batch) {
        List<Former> former = new ArrayList<>(batch.changes().size());
        for (WriteBatch.Change change : batch.changes()) {
            apply(change, former);
        }
        unsynced.addLast(new Applied(++applied, former));
        return applied;
    }

    private void apply(WriteBatch.Change change, List<Former> former) {
        if (change instanceof WriteBatch.Put put) {
            byte[] before = spaces.get(put.space()).put(put.key(), put.value());
            writtenAgain(put.space(), put.key());
            former.add(new Former(put.space(), put.key(), before));
        } else if (change instanceof WriteBatch.Delete delete) {
            byte[] before = spaces.get(delete.space()).remove(delete.key());
            writtenAgain(delete.space(), delete.key());
            former.add(new Former(delete.space(), delete.key(), before));
        } else if (change instanceof WriteBatch.DeleteRange range) {
            NavigableMap<byte[], byte[]> gone = range(range.space(), range.from(), range.to());
            gone.forEach((key, value) -> {
                former.add(new Former(range.space(), key, value));
                writtenAgain(range.space(), key);
            });
            gone.clear();
        }
    }

    private void writtenAgain(Space space, byte[] key) {
        if (space == Space.RECORDS) {
            unflipped.remove(key);
        }
    }

    /** The number of the newest batch. */
    long applied() {
        return applied;
    }

    /** The number of the newest batch that no power loss can undo. */
    long synced() {
        return unsynced.isEmpty() ? applied : unsynced.peekFirst().number - 1;
    }

    /** Everything up to that batch is durable. */
    void syncedUpTo(long number) {
        while (!unsynced.isEmpty() && unsynced.peekFirst().number <= number) {
            unsynced.removeFirst();
        }
    }

    /** How many batches a power loss may undo. */
    int unsynced() {
        return unsynced.size();
    }

    /**
     * A power loss: a random prefix of the unsynced batches remains, which has at least those up to the given number. Returns how
     * many were undone.
     *
     * @param keeps the number of a batch that remains in any case
     * @param torn whether the power went while the last batch was being written: then that one is gone at least, since a batch is
     *     there as a whole or not at all
     */
    int losePower(Draws draws, long keeps, boolean torn) {
        int most = (int) Math.max(0, Math.min(unsynced.size(), applied - keeps));
        int undone = most == 0 ? 0 : torn ? 1 + draws.below(most) : draws.below(most + 1);
        for (int i = 0; i < undone; i++) {
            List<Former> former = unsynced.removeLast().former;
            for (int change = former.size() - 1; change >= 0; change--) {
                undo(former.get(change));
            }
        }
        unsynced.clear();
        lostPower = true;
        return undone;
    }

    /** Whether a loss of power may have undone something since that was last noted. */
    boolean hasLostPower() {
        return lostPower;
    }

    void noteLossOfPower() {
        lostPower = false;
    }

    private void undo(Former former) {
        writtenAgain(former.space, former.key);
        if (former.value == null) {
            spaces.get(former.space).remove(former.key);
        } else {
            spaces.get(former.space).put(former.key, former.value);
        }
    }

    // ---- what becomes of a disk as a whole

    /**
     * What a disk held at some instant.
     *
     * @param newest the number of the newest batch in it
     */
    record Image(Map<Space, NavigableMap<byte[], byte[]>> spaces, long newest) {}

    /** A copy of everything, consistent as of now. */
    Image image() {
        Map<Space, NavigableMap<byte[], byte[]>> copy = new EnumMap<>(Space.class);
        // Values are replaced and never changed, so they can be shared.
        spaces.forEach((space, entries) -> copy.put(space, new TreeMap<>(entries)));
        return new Image(copy, applied);
    }

    /** Goes back to what it held at an earlier instant, or to nothing (null). */
    void rollBack(Image image) {
        Map<byte[], byte[]> kept = new TreeMap<>(Arrays::compareUnsigned);
        if (image != null) {
            // A voter that forgot its promises would fork epochs; what an operator restores gets another identity.
            NavigableMap<byte[], byte[]> meta = spaces.get(Space.META);
            StoredLayout.NEVER_ROLLED_BACK.stream()
                    .filter(meta::containsKey)
                    .forEach(key -> kept.put(key, meta.get(key)));
        }
        unsynced.clear();
        unflipped.clear();
        spaces.forEach((space, entries) -> {
            entries.clear();
            if (image != null) {
                entries.putAll(image.spaces.get(space));
            }
        });
        if (image != null) {
            // A promise that is not there any more was kept, and the image may have it still.
            StoredLayout.NEVER_ROLLED_BACK.forEach(spaces.get(Space.META)::remove);
        }
        spaces.get(Space.META).putAll(kept);
    }

    /** Changes one bit of the value under a key. */
    void flip(Space space, byte[] key, int bit) {
        byte[] value = spaces.get(space).get(key).clone();
        if (space == Space.RECORDS) {
            unflipped.putIfAbsent(key, value.clone());
        }
        value[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        spaces.get(space).put(key, value);
    }
}
