package io.whorl.processes;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.Outcome;
import io.whorl.api.WhorlException;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.RecordCodec;
import io.whorl.internal.EmbeddedNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One node in a process of its own, told what to do over its standard input and answering over its standard output. It ends when
 * its input does, so that it never outlives the test.
 *
 * <p>Arguments: own address, data directory, contact points separated by commas. Commands: {@code load PREFIX THREADS}, {@code
 * stop}, {@code verify FILE}, {@code digest}, {@code quit}.
 */
public final class NodeProcess {
    private final Whorl node;
    private final Bucket<String, String> bucket;
    private final AtomicBoolean loading = new AtomicBoolean();
    private final List<Thread> loaders = new ArrayList<>();

    private NodeProcess(Whorl node) {
        this.node = node;
        this.bucket = node.bucket("history", Codec.utf8(), Codec.utf8());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int colon = arguments[0].lastIndexOf(':');
        try (Whorl node = Whorl.builder()
                .clusterName("processes")
                .listen(arguments[0].substring(0, colon), Integer.parseInt(arguments[0].substring(colon + 1)))
                .contactPoints(arguments[2].split(","))
                .partitions(32)
                .dataDirectory(Path.of(arguments[1]))
                .start()) {
            new NodeProcess(node).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        say("ready " + node.nodeId());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "load" -> load(words[1], Integer.parseInt(words[2]));
                case "stop" -> stop();
                case "verify" -> verify(Path.of(words[1]));
                case "digest" -> say("digest " + digest());
                case "quit" -> {
                    stop();
                    return;
                }
                default -> say("unknown " + words[0]);
            }
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void load(String prefix, int threads) {
        loading.set(true);
        for (int i = 0; i < threads; i++) {
            String mine = prefix + "-" + i;
            Thread thread = new Thread(() -> write(mine), "load-" + i);
            thread.setDaemon(true);
            thread.start();
            loaders.add(thread);
        }
    }

    /** Writes unique keys, every tenth of them twice, and says of each what became of it. */
    private void write(String prefix) {
        for (long i = 0; loading.get(); i++) {
            String key = prefix + "-" + i;
            try {
                bucket.put(key, key);
                if (i % 10 == 0) {
                    bucket.put(key, key);
                }
                say("acknowledged " + key);
            } catch (WhorlException e) {
                say((e.outcome() == Outcome.UNKNOWN ? "unknown " : "refused ") + key + " "
                        + e.getClass().getSimpleName());
            }
        }
    }

    private void stop() throws InterruptedException {
        loading.set(false);
        for (Thread loader : loaders) {
            loader.join();
        }
        loaders.clear();
        say("stopped");
    }

    private void verify(Path keys) throws IOException {
        int verified = 0;
        List<String> lost = new ArrayList<>();
        for (String key : Files.readAllLines(keys)) {
            if (bucket.get(key).filter(key::equals).isPresent()) {
                verified++;
            } else {
                lost.add(key);
            }
        }
        say("verified " + verified + " lost " + lost.size() + " "
                + lost.stream().limit(5).toList());
    }

    /** One number over everything that this node's replicas hold, equal on nodes that hold the same. */
    private long digest() {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        ((EmbeddedNode) node).protocol().inspect(snapshots::complete);
        ByteWriter out = new ByteWriter();
        for (ReplicaSnapshot replica : snapshots.join()) {
            out.i64(replica.replica().bucket()).i32(replica.replica().partition());
            out.bytes(DotSetCodec.encode(replica.seen()));
            replica.records().forEach(keyed -> out.bytes(keyed.key()).bytes(RecordCodec.encode(keyed.record())));
        }
        return KeyHash.of(out.toByteArray());
    }
}
