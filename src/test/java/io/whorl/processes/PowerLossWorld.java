package io.whorl.processes;

import io.whorl.core.spi.StorageEngine;
import io.whorl.internal.NodeParts;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.storage.RocksOptions;
import io.whorl.storage.SyncedLogs;
import io.whorl.transport.NettyTransport;
import io.whorl.transport.TransportOptions;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Files, sockets and threads, as in production, but with a note of what was synced.
 *
 * @param note where it is noted
 * @param lying while it says so, nothing is synced
 */
record PowerLossWorld(Path note, BooleanSupplier lying) implements NodeWorld {
    private static final int INBOX = 1 << 16;

    @Override
    public NodeParts open(
            NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
        StorageEngine storage = SyncedLogs.open(
                settings.directory().orElseThrow(),
                RocksOptions.defaults(),
                settings.memory().rocks(),
                note,
                lying);
        return new NodeParts(
                new CombiningLanes(settings.lanes(), threads.apply("lane"), INBOX, failures),
                settings.listen()
                        .map(listen -> new NettyTransport(
                                listen,
                                TransportOptions.defaults(),
                                threads.apply("network"),
                                settings.memory().netty())),
                storage);
    }
}
