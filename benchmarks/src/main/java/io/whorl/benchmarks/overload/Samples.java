package io.whorl.benchmarks.overload;

import io.whorl.api.Bucket;
import io.whorl.api.OverloadedException;
import io.whorl.api.ReadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts to keys of their own, each used once: what was said of them is compared afterwards with what is stored on all replicas. */
final class Samples {
    private static final int MOST = 20_000;
    private static final int AT_ONCE = 32;

    private final Queue<byte[]> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acknowledgements = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    /**
     * What was compared.
     *
     * @param refused how many of the puts were refused for overload
     * @param stored how many of these are stored nevertheless, somewhere
     * @param acknowledged how many were acknowledged
     * @param lost how many of these cannot be read
     */
    record Comparison(int refused, int stored, int acknowledged, int lost) {
        boolean holds() {
            return stored == 0 && lost == 0;
        }
    }

    /** A put to the key has ended, with this or null. */
    void ended(byte[] key, Throwable failure) {
        if (failure == null && acknowledgements.getAndIncrement() < MOST) {
            acknowledged.add(key);
        } else if (failure instanceof OverloadedException && refusals.getAndIncrement() < MOST) {
            refused.add(key);
        }
    }

    /** Reads them all, each from every replica. */
    Comparison compare(Bucket<byte[], byte[]> bucket) {
        Bucket<byte[], byte[]> everywhere = bucket.with(ReadOptions.quorum(Integer.MAX_VALUE));
        int stored = present(everywhere, List.copyOf(refused));
        int kept = present(everywhere, List.copyOf(acknowledged));
        return new Comparison(refused.size(), stored, acknowledged.size(), acknowledged.size() - kept);
    }

    private static int present(Bucket<byte[], byte[]> bucket, List<byte[]> keys) {
        int present = 0;
        for (int from = 0; from < keys.size(); from += AT_ONCE) {
            List<CompletableFuture<Optional<byte[]>>> reads = new ArrayList<>();
            for (byte[] key : keys.subList(from, Math.min(keys.size(), from + AT_ONCE))) {
                reads.add(bucket.async().get(key));
            }
            present +=
                    (int) reads.stream().filter(read -> read.join().isPresent()).count();
        }
        return present;
    }
}
