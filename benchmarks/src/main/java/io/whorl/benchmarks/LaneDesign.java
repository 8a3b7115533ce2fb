package io.whorl.benchmarks;

import io.whorl.core.spi.StorageEngine;
import io.whorl.internal.NodeParts;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.storage.HeapStorageEngine;
import io.whorl.storage.RocksOptions;
import io.whorl.storage.RocksStorageEngine;
import io.whorl.transport.NettyTransport;
import io.whorl.transport.TransportOptions;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;

/** The candidates of {@code docs/decisions/0007-lanes.md}: worlds that differ in their lanes alone. */
enum LaneDesign implements NodeWorld {
    /** A thread for each lane, whose work is also done by those who bring it; Netty's threads apart. */
    COMBINING {
        @Override
        public NodeParts open(
                NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
            return new NodeParts(
                    new CombiningLanes(settings.lanes(), threads.apply("lane"), INBOX, failures),
                    settings.listen()
                            .map(listen ->
                                    new NettyTransport(listen, TransportOptions.defaults(), threads.apply("network"))),
                    storage(settings));
        }
    },
    /** Each lane is a Netty event loop; the first is the cluster's too. */
    EVENT_LOOP {
        @Override
        public NodeParts open(
                NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
            EventLoopLanes lanes = new EventLoopLanes(settings.lanes(), threads.apply("lane"), INBOX, failures);
            return new NodeParts(
                    lanes,
                    settings.listen()
                            .map(listen -> new NettyTransport(listen, TransportOptions.defaults(), lanes.group())),
                    storage(settings));
        }
    };

    private static final int INBOX = 1 << 16;

    private static StorageEngine storage(NodeSettings settings) {
        return settings.directory()
                .<StorageEngine>map(directory -> RocksStorageEngine.open(directory, RocksOptions.defaults()))
                .orElseGet(HeapStorageEngine::new);
    }
}
