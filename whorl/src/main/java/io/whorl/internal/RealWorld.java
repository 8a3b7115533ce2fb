package io.whorl.internal;

import io.whorl.api.StartFailedException;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.Transport;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.internal.lane.LaneGroup;
import io.whorl.storage.HeapStorageEngine;
import io.whorl.transport.NettyTransport;
import io.whorl.transport.TransportOptions;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;

/** Files, sockets and threads. */
final class RealWorld implements NodeWorld {
    private static final int INBOX = 1 << 16;

    @Override
    public NodeParts open(
            NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
        FutureTask<Optional<NettyTransport>> network = new FutureTask<>(() -> transport(settings, threads));
        if (settings.listen().isPresent() && settings.directory().isPresent()) {
            // Beside the storage: in a new JVM either takes a tenth of a second to load its library.
            threads.apply("opener").newThread(network).start();
        } else {
            network.run();
        }
        StorageEngine storage;
        try {
            storage = storage(settings);
        } catch (RuntimeException | Error e) {
            try {
                opened(network).ifPresent(Transport::close);
            } catch (RuntimeException | Error second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        Optional<NettyTransport> transport;
        try {
            transport = opened(network);
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

    private static Optional<NettyTransport> transport(NodeSettings settings, Function<String, ThreadFactory> threads) {
        NodeMemory memory = settings.memory();
        return settings.listen()
                .map(listen -> new NettyTransport(
                        listen, memory.limit(TransportOptions.defaults()), threads.apply("network"), memory.netty()));
    }

    /** Waits for the transport, whatever interrupts: what is opened has to be closed by somebody. */
    private static Optional<NettyTransport> opened(FutureTask<Optional<NettyTransport>> network) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return network.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException failure(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof UncheckedIOException) {
            return new StartFailedException("the node could not start: " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    private static StorageEngine storage(NodeSettings settings) {
        return settings.directory()
                .map(directory -> settings.memory().storage(directory))
                .orElseGet(HeapStorageEngine::new);
    }
}
