package io.whorl.processes;

import io.whorl.history.Operation;
import io.whorl.history.Operation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The clients of a cluster of processes, on threads of the test, and their common history. */
final class Load {
    private static final int PROGRESS_SECONDS = 120;
    private static final int READS_AT_A_TIME = 200;

    private final Serving cluster;
    private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(Serving cluster) {
        this.cluster = cluster;
    }

    /** Starts so many clients; their names begin alike, and are those of no others in the same history. */
    void start(String name, int clients, SplittableRandom random) {
        for (int i = 0; i < clients; i++) {
            Client client = new Client(name + i, i, cluster, random.split(), this::note);
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

    /** Every key that was touched so far. */
    Set<String> keys() {
        return history.stream().map(Operation::key).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Reads keys, each at one of the nodes, which all have to serve. */
    static Map<String, Set<String>> read(Set<String> keys, Serving cluster) throws Exception {
        Map<String, Set<String>> found = new TreeMap<>();
        Map<String, CompletableFuture<Optional<String>>> reading = new TreeMap<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS);
        Deque<String> left = new ArrayDeque<>(keys);
        for (int next = 0; !left.isEmpty(); next++) {
            NodeHandle node = cluster.serving(next % cluster.size()).orElseThrow();
            reading.put(left.peek(), node.ask("fetch", left.remove()));
            if (reading.size() == READS_AT_A_TIME || left.isEmpty()) {
                left.addAll(collect(reading, found));
                reading.clear();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("keys that cannot be read though nothing is broken any more: " + left);
            }
        }
        return found;
    }

    /** Takes the answers; those that failed, since connections may not stand yet, are returned to be asked for again. */
    private static Set<String> collect(
            Map<String, CompletableFuture<Optional<String>>> reading, Map<String, Set<String>> found) throws Exception {
        Set<String> again = new TreeSet<>();
        for (Map.Entry<String, CompletableFuture<Optional<String>>> read : reading.entrySet()) {
            String[] words = read.getValue()
                    .get(PROGRESS_SECONDS, TimeUnit.SECONDS)
                    .orElseThrow(() -> new AssertionError("the process ended while it was asked for " + read.getKey()))
                    .split(" ");
            if (words[0].equals("ok")) {
                found.put(read.getKey(), new TreeSet<>(List.of(words).subList(2, words.length)));
            } else {
                again.add(read.getKey());
            }
        }
        return again;
    }
}
