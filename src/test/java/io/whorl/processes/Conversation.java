package io.whorl.processes;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.NodeStatus;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * A process's part of its talk with the test: told what to do over its standard input, it answers over its standard output. It is
 * over when the input ends, so that a process never outlives its test.
 *
 * <p>Commands, their words separated by blanks: {@code fetch NUMBER KEY}, {@code put NUMBER KEY VALUE CONTEXT}, {@code delete NUMBER
 * KEY CONTEXT}, with {@code -} for no context, answered by {@code done NUMBER ok CONTEXT VALUES}, {@code done NUMBER NOT_APPLIED WHY}
 * or {@code done NUMBER UNKNOWN WHY}; {@code digest}, answered by {@code digest} and a number for each replica; and {@code moving},
 * answered by {@code moving}, the number of members, whether the cluster is at rest, the voters and the nodes that slots move away
 * from, each separated by commas. With several nodes in the process the number chooses among them.
 */
final class Conversation {
    /** The bucket that all requests concern. */
    static final String BUCKET = "history";

    private final List<Whorl> nodes;
    private final List<AsyncBucket<String, String>> buckets;
    private final Map<String, Runnable> commands;

    /** A talk about these nodes; {@code commands} are what else can be told. */
    Conversation(List<Whorl> nodes, Map<String, Runnable> commands) {
        this.nodes = List.copyOf(nodes);
        this.commands = Map.copyOf(commands);
        this.buckets = nodes.stream()
                .map(node -> node.bucket(BUCKET, Codec.utf8(), Codec.utf8()).async())
                .toList();
    }

    /** Says that the nodes serve, and then does what it is told until there is nothing more to hear. */
    void run() throws IOException {
        say("ready " + nodes.stream().map(Whorl::nodeId).collect(Collectors.joining(" ")));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "fetch" -> answer(words, bucket(words).fetch(words[2]).thenApply(Conversation::read));
                case "put" -> answer(words, put(words).thenApply(CausalContext::toToken));
                case "delete" -> answer(words, delete(words).thenApply(CausalContext::toToken));
                case "digest" ->
                    say("digest " + nodes.stream().map(Conversation::digest).collect(Collectors.joining(" ")));
                case "moving" -> say("moving " + moving(nodes.get(0).status()));
                default -> {
                    commands.get(words[0]).run();
                    say("did " + words[0]);
                }
            }
        }
    }

    private static String moving(NodeStatus status) {
        return String.join(
                " ",
                String.valueOf(status.members().size()),
                String.valueOf(status.isAtRest()),
                String.join(",", status.voters()),
                ","
                        + status.moves().stream()
                                .flatMap(move -> move.from().stream())
                                .distinct()
                                .collect(Collectors.joining(",")));
    }

    private AsyncBucket<String, String> bucket(String[] words) {
        return buckets.get((int) (Long.parseLong(words[1]) % buckets.size()));
    }

    private CompletableFuture<CausalContext> put(String[] words) {
        return words[4].equals("-")
                ? bucket(words).put(words[2], words[3])
                : bucket(words).put(words[2], words[3], CausalContext.parse(words[4]));
    }

    private CompletableFuture<CausalContext> delete(String[] words) {
        return words[3].equals("-")
                ? bucket(words).delete(words[2])
                : bucket(words).delete(words[2], CausalContext.parse(words[3]));
    }

    private static String read(Versioned<String> versioned) {
        return versioned.context().toToken() + " " + String.join(" ", versioned.values());
    }

    private static void answer(String[] words, CompletableFuture<String> answer) {
        answer.whenComplete(
                (text, failure) -> say("done " + words[1] + " " + (failure == null ? "ok " + text : why(failure))));
    }

    private static String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Outcome outcome = cause instanceof WhorlException known ? known.outcome() : Outcome.UNKNOWN;
        return outcome + " " + cause.getClass().getSimpleName();
    }

    /** Says a line to the test. */
    static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** For each replica a number over everything that it holds, equal on nodes that hold the same. */
    private static String digest(Whorl node) {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        ((EmbeddedNode) node).protocol().inspect(snapshots::complete);
        return snapshots.join().stream().map(Conversation::digest).collect(Collectors.joining(" "));
    }

    private static String digest(ReplicaSnapshot replica) {
        ByteWriter out = new ByteWriter();
        out.bytes(DotSetCodec.encode(replica.seen()));
        replica.records().forEach(keyed -> out.bytes(keyed.key()).bytes(RecordCodec.encode(keyed.record())));
        return replica.replica().bucket() + "/" + replica.replica().partition() + "="
                + (replica.inDoubt() ? "doubt" : Long.toHexString(KeyHash.of(out.toByteArray())));
    }
}
