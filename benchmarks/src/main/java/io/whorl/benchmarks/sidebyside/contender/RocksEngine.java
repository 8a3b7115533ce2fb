package io.whorl.benchmarks.sidebyside.contender;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Bare RocksDB, called on the callers' threads. One copy leaves its log to the operating system; several sync it at every put,
 * all in parallel, and a put ends when all have.
 */
final class RocksEngine implements Engine {
    private final List<RocksStore> stores = new ArrayList<>();
    /** A put waits for each store but the first on a thread of its own; the callers are not more than these. */
    private final ExecutorService others = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "rocks-other");
        thread.setDaemon(true);
        return thread;
    });

    RocksEngine(Path directory, int copies) throws Exception {
        for (int i = 0; i < copies; i++) {
            stores.add(new RocksStore(directory.resolve("copy-" + i), copies > 1, false));
        }
    }

    @Override
    public void put(int caller, byte[] key, byte[] value) throws Exception {
        if (stores.size() == 1) {
            stores.get(0).put(key, value);
            return;
        }
        List<Future<?>> running = new ArrayList<>(stores.size() - 1);
        for (RocksStore store : stores.subList(1, stores.size())) {
            running.add(others.submit(() -> {
                store.put(key, value);
                return null;
            }));
        }
        stores.get(0).put(key, value);
        for (Future<?> one : running) {
            await(one);
        }
    }

    private static void await(Future<?> running) throws InterruptedException {
        try {
            running.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a copy could not be stored", e.getCause());
        }
    }

    @Override
    public byte[] get(int caller, byte[] key) throws Exception {
        return stores.get(0).get(key);
    }

    @Override
    public void close() {
        others.shutdown();
        stores.forEach(RocksStore::close);
    }
}
