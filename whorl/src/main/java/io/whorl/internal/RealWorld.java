package io.whorl.internal;

import io.whorl.api.StartFailedException;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.Transport;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.internal.lane.LaneGroup;
import io.whorl.storage.HeapStorageEngine;
import io.whorl.storage.RocksOptions;
import io.whorl.storage.RocksStorageEngine;
import io.whorl.transport.NettyTransport;
import io.whorl.transport.TransportOptions;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;

/** Files, sockets and threads. */
final class RealWorld implements NodeWorld {
    private static final int INBOX = 1 << 16;

    @Override
    public NodeParts open(
            NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
        StorageEngine storage = storage(settings);
        Optional<NettyTransport> transport;
        try {
            transport = settings.listen()
                    .map(listen -> new NettyTransport(
                            listen,
                            settings.memory().limit(TransportOptions.defaults()),
                            threads.apply("network"),
                            settings.memory().netty()));
        } catch (UncheckedIOException e) {
            storage.close();
            throw new StartFailedException("the node could not start: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            storage.close();
            throw e;
        }
        LaneGroup lanes = new CombiningLanes(
                settings.lanes(),
                threads.apply("lane"),
                INBOX,
                failures,
                transport.map(NettyTransport::loops).orElse(List.of()));
        return new NodeParts(lanes, transport.map(Transport.class::cast), storage);
    }

    private static StorageEngine storage(NodeSettings settings) {
        if (settings.directory().isEmpty()) {
            return new HeapStorageEngine();
        }
        NodeMemory memory = settings.memory();
        return RocksStorageEngine.open(
                settings.directory().get(), memory.limit(RocksOptions.defaults()), memory.rocks());
    }
}
