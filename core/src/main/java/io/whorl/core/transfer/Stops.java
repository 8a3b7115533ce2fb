package io.whorl.core.transfer;

import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Sealed;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The partitions of which this node has stopped to be read, since one of their slots is about to change hands. A stop belongs to one
 * phase of one move: it is void once that has ended, and it is remembered over a restart until then.
 */
final class Stops {
    private static final byte TAG = 'm';
    private static final byte FORMAT = 1;
    private final StorageEngine storage;
    private final IntPredicate mine;
    private final IntConsumer onStop;
    private final Map<Integer, Long> stopped = new TreeMap<>();

    /**
     * @param mine which partitions are this lane's
     * @param onStop told of each stop
     */
    Stops(StorageEngine storage, IntPredicate mine, IntConsumer onStop) {
        this.storage = storage;
        this.mine = mine;
        this.onStop = onStop;
    }

    private static byte[] key(int partition) {
        return new ByteWriter().u8(TAG).i32(partition).toByteArray();
    }

    /** Stops; durable only after a sync. */
    void stop(Move move) {
        storage.apply(new WriteBatch()
                .put(
                        Space.META,
                        key(move.partition()),
                        Sealed.seal(FORMAT, new ByteWriter().i64(move.begun()).toByteArray())));
        stopped.put(move.partition(), move.begun());
        onStop.accept(move.partition());
    }

    /** Whether this node has stopped for the present phase of the partition's move. */
    boolean has(Layout layout, int partition) {
        Long begun = stopped.get(partition);
        return begun != null
                && layout.move(partition).filter(move -> move.begun() == begun).isPresent();
    }

    /** There is another state: stops of moves that have ended go, those from before a restart are read. */
    void adopted(Layout layout, NodeId self, boolean first) {
        stopped.entrySet().removeIf(entry -> {
            boolean ended = layout.move(entry.getKey())
                    .filter(move -> move.begun() == entry.getValue())
                    .isEmpty();
            if (ended) {
                storage.apply(new WriteBatch().delete(Space.META, key(entry.getKey())));
            }
            return ended;
        });
        if (first) {
            for (Move move : layout.moves()) {
                boolean comes = move.incoming().filter(self::equals).isPresent();
                if (mine.test(move.partition()) && !comes && wasStopped(move)) {
                    stopped.put(move.partition(), move.begun());
                }
            }
        }
    }

    private boolean wasStopped(Move move) {
        byte[] stored = storage.get(Space.META, key(move.partition()));
        if (stored == null) {
            return false;
        }
        try {
            return new ByteReader(Sealed.open(FORMAT, stored)).i64() == move.begun();
        } catch (MalformedBytesException e) {
            // It was for some move of this partition: to be read once less is always right.
            return true;
        }
    }
}
