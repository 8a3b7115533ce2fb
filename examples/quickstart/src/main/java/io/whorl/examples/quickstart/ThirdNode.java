package io.whorl.examples.quickstart;

import io.whorl.Whorl;
import java.io.IOException;
import java.nio.file.Path;

/** The third node, in a process of its own, which ends when its parent does. */
public final class ThirdNode {
    /** What it prints once it belongs to the cluster. */
    static final String READY = "ready";

    private ThirdNode() {}

    /**
     * Runs the node until standard input ends.
     *
     * @param arguments the data directory, then the three contact points, of which the last is this node's
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        exitWithParent();
        Path directory = Path.of(arguments[0]);
        Contacts contacts = new Contacts(arguments[1], arguments[2], arguments[3]);
        Whorl node = contacts.builder(2, directory).start();
        node.stopped().thenRun(() -> Runtime.getRuntime().halt(1));
        System.out.println(READY);
    }

    /** The other end of standard input closes when the parent ends, in whatever way it does. */
    private static void exitWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // The parent sends nothing; only the end matters.
                        }
                    } catch (IOException e) {
                        // A broken pipe is an end, too.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "parent-watch");
        watch.start();
    }
}
