package io.whorl.examples.console;

import io.whorl.ClusterMember;
import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.CausalContext;
import io.whorl.api.Holder;
import io.whorl.api.Versioned;
import io.whorl.api.WhorlException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** The commands of the console, each a line that begins with its name. */
final class Commands {
    private static final String HELP = """
            put KEY VALUE           write over what is stored; the value may have blanks
            put@TOKEN KEY VALUE     write over what the token has seen, and nothing else
            get KEY                 the value; the latest of several
            fetch KEY               all concurrent values, and a token that stands for having seen them
            delete KEY              remove what is stored
            delete@TOKEN KEY        remove what the token has seen, and nothing else
            where KEY               the nodes that hold the key
            members                 the nodes of the cluster
            quit                    stop this node
            """;

    private final Whorl node;
    private final Bucket<String, String> bucket;
    private final PrintStream out;

    Commands(Whorl node, Bucket<String, String> bucket, PrintStream out) {
        this.node = node;
        this.bucket = bucket;
        this.out = out;
    }

    /** Runs a line; false if it was the last one. */
    boolean run(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words[0].equals("quit")) {
            return false;
        }
        try {
            dispatch(words);
        } catch (WhorlException e) {
            out.println("failed (" + e.outcome() + "): " + e.getMessage());
        } catch (IllegalArgumentException e) {
            out.println("refused: " + e.getMessage());
        }
        return true;
    }

    private void dispatch(String[] words) {
        String[] name = words[0].split("@", 2);
        String token = name.length == 2 ? name[1] : null;
        List<String> arguments = Arrays.asList(words).subList(1, words.length);
        switch (name[0] + "/" + arguments.size()) {
            case "put/2" -> put(arguments.get(0), arguments.get(1), token);
            case "get/1" -> out.println(bucket.get(arguments.get(0)).orElse("(absent)"));
            case "fetch/1" -> fetch(arguments.get(0));
            case "delete/1" -> delete(arguments.get(0), token);
            case "where/1" -> where(arguments.get(0));
            case "members/0" -> members();
            default -> out.print(HELP);
        }
    }

    private void put(String key, String value, String token) {
        CausalContext after =
                token == null ? bucket.put(key, value) : bucket.put(key, value, CausalContext.parse(token));
        out.println("written, token " + after.toToken());
    }

    private void delete(String key, String token) {
        if (token == null) {
            bucket.delete(key);
        } else {
            bucket.delete(key, CausalContext.parse(token));
        }
        out.println("deleted");
    }

    private void fetch(String key) {
        Versioned<String> seen = bucket.fetch(key);
        out.println(seen.values().size() + " values, newest first, token "
                + seen.context().toToken());
        seen.values().forEach(value -> out.println("  " + value));
    }

    private void where(String key) {
        for (Holder holder : bucket.holders(key)) {
            print(holder.nodeId(), holder.address(), holder.local(), holder.reachable());
        }
    }

    private void members() {
        for (ClusterMember member : node.members()) {
            print(member.nodeId(), member.address(), member.local(), member.reachable());
        }
    }

    private void print(String nodeId, String address, boolean local, boolean reachable) {
        out.println(
                "  node " + nodeId + " at " + address + (local ? ", this one" : reachable ? "" : ", not reachable"));
    }
}
