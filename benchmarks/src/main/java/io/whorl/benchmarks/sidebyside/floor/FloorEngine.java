package io.whorl.benchmarks.sidebyside.floor;

import io.whorl.benchmarks.sidebyside.engine.Completion;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three nodes of the bare quorum. A get reads the local copy and asks one peer, by turns. */
public final class FloorEngine implements Engine {
    private static final int COPIES = 3;

    private final List<FloorNode> nodes = new ArrayList<>();

    /** Starts the nodes, which either do one request at a time per caller or work in batches. */
    public FloorEngine(Path directory, boolean batching) throws Exception {
        for (int i = 0; i < COPIES; i++) {
            nodes.add(new FloorNode(directory.resolve("copy-" + i), batching));
        }
        for (FloorNode node : nodes) {
            for (FloorNode peer : nodes) {
                if (peer != node) {
                    node.connect(peer.address());
                }
            }
        }
    }

    @Override
    public void put(int caller, byte[] key, byte[] value) throws Exception {
        Waiter waiter = new Waiter();
        putAsync(caller, key, value, waiter);
        waiter.await();
    }

    @Override
    public byte[] get(int caller, byte[] key) throws Exception {
        Waiter waiter = new Waiter();
        getAsync(caller, key, waiter);
        return waiter.await();
    }

    @Override
    public void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        submit(caller, new Request(key, value, done));
    }

    @Override
    public void getAsync(int caller, byte[] key, Completion done) {
        submit(caller, new Request(key, null, done));
    }

    private void submit(int caller, Request request) {
        nodes.get(caller % nodes.size()).submit(request);
    }

    @Override
    public void close() {
        nodes.forEach(FloorNode::disconnect);
        nodes.forEach(FloorNode::close);
    }
}
