package io.whorl.examples.elastic;

import io.whorl.Whorl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A node in a process of its own, which ends when its parent does; it is the one that will be lost. */
public final class LostNode {
    private LostNode() {}

    /**
     * Runs the node until standard input ends.
     *
     * @param arguments its number, the directory that all nodes keep their data in, the number of partitions, then contact points
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        exitWithParent();
        Whorl node = Fleet.builder(
                        Integer.parseInt(arguments[0]),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        List.of(arguments).subList(3, arguments.length))
                .start();
        node.stopped().thenRun(() -> Runtime.getRuntime().halt(1));
        System.out.println(node.nodeId());
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
