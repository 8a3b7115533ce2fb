package io.whorl.internal;

import io.whorl.core.node.NodeOptions;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where a node lives: the real one has files and sockets; the testkit's has a network and disks made of objects. */
public interface NodeWorld {

    /**
     * Opens everything that a node needs, or, if it throws, leaves nothing open.
     *
     * @param settings the node's configuration
     * @param threads a factory of threads for a given kind of work
     * @param failures learns what a lane's task threw
     */
    NodeParts open(NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures);

    /** A last word about the protocol's options. */
    default NodeOptions.Builder tune(NodeOptions.Builder options) {
        return options;
    }

    /** RocksDB, or the heap without a data directory; TCP, or nothing without an address to listen on. */
    static NodeWorld real() {
        return new RealWorld();
    }
}
