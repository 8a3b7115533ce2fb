package io.whorl.core.testing;

import io.whorl.core.replica.ByteKey;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Ordered maps that remember every batch, so that a crash can fall back to an earlier one; syncs end when told. */
public final class TestStorage implements StorageEngine {
    private final Map<Space, TreeMap<ByteKey, byte[]>> spaces = new EnumMap<>(Space.class);
    private final List<WriteBatch> batches = new ArrayList<>();
    private final List<Runnable> heldSyncs = new ArrayList<>();
    private final List<Completion> waiting = new ArrayList<>();
    private int durable;

    /** How many scans were begun. */
    public int scans;
    /** How many values were read, by get or scan. */
    public int reads;
    /** How many bytes of a value are at hand at the most as its beginning; 0: none of any. */
    public int beginnings;
    /** Whether syncs wait for {@link #finishSyncs}. */
    public boolean holdsSyncs;
    /** What every further apply, get and scan fails with; null while all is well. */
    public StorageException failure;
    /** Whether there is no space for another batch: none is applied. */
    public boolean full;
    /** How it was left, as the next opening says. */
    public Opened opened = Opened.CLEAN;
    /** How many of the next applies fail, and leave nobody knows what. */
    public int failingApplies;

    public TestStorage() {
        for (Space space : Space.values()) {
            spaces.put(space, new TreeMap<>());
        }
    }

    /** What a crash leaves: the first batches, all of them durable. */
    public TestStorage after(int count) {
        TestStorage copy = new TestStorage();
        batches.subList(0, count).forEach(copy::apply);
        copy.durable = count;
        copy.beginnings = beginnings;
        copy.opened = Opened.POWER_MAY_HAVE_FAILED;
        return copy;
    }

    /** How many batches were applied. */
    public int batches() {
        return batches.size();
    }

    /** How many of them are certainly on disk. */
    public int durable() {
        return durable;
    }

    /** The batch that was applied last. */
    public WriteBatch last() {
        return batches.get(batches.size() - 1);
    }

    /** The stored entries of a space, live. */
    public TreeMap<ByteKey, byte[]> entries(Space space) {
        return spaces.get(space);
    }

    /** Ends all syncs that are held: what was applied before each is durable. */
    public void finishSyncs() {
        List<Runnable> ending = List.copyOf(heldSyncs);
        heldSyncs.clear();
        waiting.clear();
        ending.forEach(Runnable::run);
    }

    /** Lets all syncs that are held fail. */
    public void failSyncs() {
        List<Completion> failing = List.copyOf(waiting);
        heldSyncs.clear();
        waiting.clear();
        failing.forEach(each -> each.failed(new StorageException(StorageException.Kind.IO, "the disk is gone")));
    }

    @Override
    public Opened opened() {
        return opened;
    }

    @Override
    public void openedNoted() {
        opened = Opened.PROCESS_DIED;
    }

    @Override
    public boolean hasSpace() {
        return !full;
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        check();
        reads++;
        byte[] value = spaces.get(space).get(new ByteKey(key));
        return value == null ? null : value.clone();
    }

    @Override
    public byte[] beginning(Space space, byte[] key) {
        byte[] value = beginnings == 0 ? null : spaces.get(space).get(new ByteKey(key));
        return value == null ? null : Arrays.copyOf(value, Math.min(value.length, beginnings));
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        List<byte[]> values = new ArrayList<>();
        keys.forEach(key -> values.add(get(space, key)));
        return values;
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        check();
        scans++;
        TreeMap<ByteKey, byte[]> all = new TreeMap<>(spaces.get(space).tailMap(new ByteKey(from), true));
        Iterator<Map.Entry<ByteKey, byte[]>> entries =
                (to == null ? all : all.headMap(new ByteKey(to))).entrySet().iterator();
        return new Cursor() {
            private Map.Entry<ByteKey, byte[]> at;

            @Override
            public boolean next() {
                at = entries.hasNext() ? entries.next() : null;
                reads += at == null ? 0 : 1;
                return at != null;
            }

            @Override
            public byte[] key() {
                return at.getKey().bytes().clone();
            }

            @Override
            public byte[] value() {
                return at.getValue().clone();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void apply(WriteBatch batch) {
        check();
        if (full) {
            throw new StorageException(StorageException.Kind.FULL, "less than 64 MiB are free");
        }
        if (failingApplies > 0) {
            failingApplies--;
            throw new StorageException(StorageException.Kind.IO, "a write to the disk has failed");
        }
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                spaces.get(put.space()).put(new ByteKey(put.key()), put.value());
            } else if (change instanceof WriteBatch.Delete delete) {
                spaces.get(delete.space()).remove(new ByteKey(delete.key()));
            } else if (change instanceof WriteBatch.DeleteRange range) {
                spaces.get(range.space())
                        .subMap(new ByteKey(range.from()), new ByteKey(range.to()))
                        .clear();
            }
        }
        batches.add(batch);
    }

    @Override
    public void sync(Completion completion) {
        check();
        int upTo = batches.size();
        Runnable end = () -> {
            durable = Math.max(durable, upTo);
            completion.succeeded();
        };
        if (holdsSyncs) {
            heldSyncs.add(end);
            waiting.add(completion);
        } else {
            end.run();
        }
    }

    @Override
    public void close() {
        failure = new StorageException(StorageException.Kind.CLOSED, "the storage engine is closed");
    }

    private void check() {
        if (failure != null) {
            throw failure;
        }
    }
}
