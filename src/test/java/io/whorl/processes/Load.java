package io.whorl.processes;

import io.whorl.history.Operation;
import io.whorl.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/** The clients of a {@link ProcessCluster}, on threads of the test, and their common history. */
final class Load {
    private static final int PROGRESS_SECONDS = 120;
    private static final int READS_AT_A_TIME = 200;

    private final ProcessCluster cluster;
    private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(ProcessCluster cluster) {
        this.cluster = cluster;
    }

    void start(int clients, SplittableRandom random) {
        for (int i = 0; i < clients; i++) {
            Client client = new Client(i, cluster, random.split(), this::note);
            Thread thread = new Thread(() -> run(client), "client " + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(Client client) {
        try {
            client.run(() -> stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    private void note(Operation operation) {
        history.add(operation);
        if (operation.outcome() == Outcome.ACKNOWLEDGED) {
            acknowledged.incrementAndGet();
        }
    }

    /** Waits until so many further operations were acknowledged. */
    void awaitProgress(int operations) {
        long enough = acknowledged.get() + operations;
        Awaitility.await("acknowledged operations")
                .atMost(PROGRESS_SECONDS, TimeUnit.SECONDS)
                .until(() -> acknowledged.get() >= enough || failure.get() != null);
        if (failure.get() != null) {
            throw new AssertionError("a client failed", failure.get());
        }
    }

    /** Ends all clients after their present requests. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError("a client failed", failure.get());
        }
    }

    /** What was done so far. */
    List<Operation> history() {
        return List.copyOf(history);
    }

    /** Reads every key that was ever written, each at one of the nodes. */
    Map<String, Set<String>> found() throws Exception {
        TreeSet<String> keys = new TreeSet<>();
        history.forEach(operation -> keys.add(operation.key()));
        Map<String, Set<String>> found = new TreeMap<>();
        Map<String, CompletableFuture<Set<String>>> reading = new TreeMap<>();
        int next = 0;
        for (String key : keys) {
            NodeHandle node = cluster.serving(next++ % cluster.size()).orElseThrow();
            reading.put(key, node.ask("fetch", key).thenApply(answer -> values(key, answer.orElse("gone"))));
            if (reading.size() == READS_AT_A_TIME) {
                collect(reading, found);
            }
        }
        collect(reading, found);
        return found;
    }

    private static void collect(Map<String, CompletableFuture<Set<String>>> reading, Map<String, Set<String>> found)
            throws Exception {
        for (Map.Entry<String, CompletableFuture<Set<String>>> read : reading.entrySet()) {
            found.put(read.getKey(), read.getValue().get(PROGRESS_SECONDS, TimeUnit.SECONDS));
        }
        reading.clear();
    }

    private static Set<String> values(String key, String answer) {
        String[] words = answer.split(" ");
        if (!words[0].equals("ok")) {
            throw new AssertionError("key " + key + " cannot be read in a healthy cluster: " + answer);
        }
        return new TreeSet<>(List.of(words).subList(2, words.length));
    }
}
