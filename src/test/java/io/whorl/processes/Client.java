package io.whorl.processes;

import io.whorl.history.Operation;
import io.whorl.history.Operation.Action;
import io.whorl.history.Operation.Outcome;
import io.whorl.history.Operation.Read;
import io.whorl.history.Operation.Seen;
import io.whorl.history.Operation.Values;
import io.whorl.history.Operation.WhateverWasThere;
import io.whorl.history.Operation.Write;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads and writes at whatever node serves, one request after the other, and writes down what it asked and what it was told.
 *
 * <p>Keys called {@code shared} are written by all clients, always with the context of a read of their own, at times an old one;
 * {@code any} keys without a context; {@code own} keys once each.
 */
final class Client {
    private static final int SHARED_KEYS = 150;
    private static final int ANY_KEYS = 30;
    /** Far more than a request takes, even at a node that was stopped for a while. */
    private static final int ANSWERED_WITHIN = 180;

    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    /** What a client knows of a key, and the context that stands for it: of a read, or of a write that followed from one. */
    private record Known(Set<String> values, String context) {}

    private final String name;
    private final Serving cluster;
    private final SplittableRandom random;
    private final Consumer<Operation> history;
    private final Map<String, Known> known = new LinkedHashMap<>();
    private final int home;
    private long count;

    Client(String name, int number, Serving cluster, SplittableRandom random, Consumer<Operation> history) {
        this.name = name;
        this.home = number % cluster.size();
        this.cluster = cluster;
        this.random = random;
        this.history = history;
    }

    /** Goes on until told to stop. */
    void run(BooleanSupplier stopped) throws InterruptedException, ExecutionException, TimeoutException {
        while (!stopped.getAsBoolean()) {
            // Back to its own node as soon as that serves: else all would gather at one, and stand still with it.
            Optional<NodeHandle> node = cluster.serving(home).or(() -> cluster.serving(random.nextInt(cluster.size())));
            if (node.isPresent()) {
                act(node.get());
            } else {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    private void act(NodeHandle node) throws InterruptedException, ExecutionException, TimeoutException {
        int choice = random.nextInt(100);
        String shared = "shared-" + random.nextInt(SHARED_KEYS);
        String any = "any-" + random.nextInt(ANY_KEYS);
        if (choice < 30) {
            read(node, shared);
        } else if (choice < 60) {
            writeOver(node, shared, value());
        } else if (choice < 75) {
            writeOver(node, shared, null);
        } else if (choice < 80) {
            read(node, any);
        } else if (choice < 85) {
            write(node, any, value(), new WhateverWasThere(), "-");
        } else if (choice < 87) {
            write(node, any, null, new WhateverWasThere(), "-");
        } else {
            write(node, "own-" + name + "-" + count, value(), new WhateverWasThere(), "-");
        }
    }

    private String value() {
        return name + "-" + count++;
    }

    private void read(NodeHandle node, String key) throws InterruptedException, ExecutionException, TimeoutException {
        long begun = System.nanoTime();
        String[] words = ask(node, "fetch", key);
        Outcome outcome = outcome(words);
        List<String> values =
                outcome == Outcome.ACKNOWLEDGED ? Arrays.asList(words).subList(2, words.length) : List.of();
        note(key, begun, outcome, new Read(values));
        if (outcome == Outcome.ACKNOWLEDGED) {
            known.put(key, new Known(Set.copyOf(values), words[1]));
        }
    }

    private void writeOver(NodeHandle node, String key, String value)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (!known.containsKey(key)) {
            read(node, key);
        }
        Known over = known.get(key);
        if (over == null) {
            return;
        }
        String[] words = write(node, key, value, new Values(over.values()), over.context());
        int choice = random.nextInt(4);
        if (choice == 0 && outcome(words) == Outcome.ACKNOWLEDGED) {
            Set<String> seen = new TreeSet<>(over.values());
            if (value != null) {
                seen.add(value);
            }
            known.put(key, new Known(seen, words[1])); // the next one goes on from this write
        } else if (choice != 1) {
            known.remove(key); // else it writes again over what it once read, which makes siblings
        }
    }

    private String[] write(NodeHandle node, String key, String value, Seen over, String context)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begun = System.nanoTime();
        String[] words = value == null ? ask(node, "delete", key, context) : ask(node, "put", key, value, context);
        note(key, begun, outcome(words), new Write(value, over));
        return words;
    }

    private static String[] ask(NodeHandle node, String command, String... words)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Optional<String>> answer = node.ask(command, words);
        return answer.get(ANSWERED_WITHIN, TimeUnit.SECONDS)
                .orElse("UNKNOWN killed")
                .split(" ");
    }

    private static Outcome outcome(String[] words) {
        return words[0].equals("ok") ? Outcome.ACKNOWLEDGED : Outcome.valueOf(words[0]);
    }

    private void note(String key, long begun, Outcome outcome, Action action) {
        long ended = outcome == Outcome.UNKNOWN ? Operation.NEVER : System.nanoTime();
        history.accept(new Operation(name, key, begun, ended, outcome, action));
    }
}
