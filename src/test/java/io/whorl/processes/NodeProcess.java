package io.whorl.processes;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.Outcome;
import io.whorl.api.Versioned;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * One node in a process of its own, told what to do over its standard input and answering over its standard output. It ends when
 * its input does, so that it never outlives the test.
 *
 * <p>Arguments: where to listen, what to advertise, the data directory, contact points separated by commas. Commands, their words
 * separated by blanks: {@code fetch NUMBER KEY}, {@code put NUMBER KEY VALUE CONTEXT}, {@code delete NUMBER KEY CONTEXT}, with
 * {@code -} for no context, answered by {@code done NUMBER ok CONTEXT VALUES}, {@code done NUMBER NOT_APPLIED WHY} or {@code done
 * NUMBER UNKNOWN WHY}; and {@code digest}, answered by {@code digest} and a number for each replica.
 */
public final class NodeProcess {
    private static final int PARTITIONS = 32;
    /** Short, so that clients of a node that is cut off do not spend the test waiting. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private final Whorl node;
    private final AsyncBucket<String, String> bucket;

    private NodeProcess(Whorl node) {
        this.node = node;
        this.bucket = node.bucket("history", Codec.utf8(), Codec.utf8()).async();
    }

    public static void main(String[] arguments) throws IOException {
        String[] listen = arguments[0].split(":");
        String[] advertise = arguments[1].split(":");
        try (Whorl node = Whorl.builder()
                .clusterName("processes")
                .listen(listen[0], Integer.parseInt(listen[1]))
                .advertise(advertise[0], Integer.parseInt(advertise[1]))
                .contactPoints(arguments[3].split(","))
                .partitions(PARTITIONS)
                .requestTimeout(REQUEST_TIMEOUT)
                .dataDirectory(Path.of(arguments[2]))
                .start()) {
            new NodeProcess(node).run();
        }
    }

    private void run() throws IOException {
        say("ready " + node.nodeId());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "fetch" -> answer(words[1], bucket.fetch(words[2]).thenApply(NodeProcess::read));
                case "put" -> answer(words[1], put(words).thenApply(CausalContext::toToken));
                case "delete" -> answer(words[1], delete(words).thenApply(CausalContext::toToken));
                case "digest" -> say("digest " + digest());
                default -> say("no such command: " + line);
            }
        }
    }

    private CompletableFuture<CausalContext> put(String[] words) {
        return words[4].equals("-")
                ? bucket.put(words[2], words[3])
                : bucket.put(words[2], words[3], CausalContext.parse(words[4]));
    }

    private CompletableFuture<CausalContext> delete(String[] words) {
        return words[3].equals("-") ? bucket.delete(words[2]) : bucket.delete(words[2], CausalContext.parse(words[3]));
    }

    private static String read(Versioned<String> versioned) {
        return versioned.context().toToken() + " " + String.join(" ", versioned.values());
    }

    private static void answer(String number, CompletableFuture<String> answer) {
        answer.whenComplete(
                (text, failure) -> say("done " + number + " " + (failure == null ? "ok " + text : why(failure))));
    }

    private static String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Outcome outcome = cause instanceof WhorlException known ? known.outcome() : Outcome.UNKNOWN;
        return outcome + " " + cause.getClass().getSimpleName();
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** For each replica a number over everything that it holds, equal on nodes that hold the same. */
    private String digest() {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        ((EmbeddedNode) node).protocol().inspect(snapshots::complete);
        return snapshots.join().stream().map(NodeProcess::digest).collect(Collectors.joining(" "));
    }

    private static String digest(ReplicaSnapshot replica) {
        ByteWriter out = new ByteWriter();
        out.bytes(DotSetCodec.encode(replica.seen()));
        replica.records().forEach(keyed -> out.bytes(keyed.key()).bytes(RecordCodec.encode(keyed.record())));
        return replica.replica().bucket() + "/" + replica.replica().partition() + "="
                + (replica.inDoubt() ? "doubt" : Long.toHexString(KeyHash.of(out.toByteArray())));
    }
}
