package io.whorl.internal;

import io.whorl.internal.lane.CombiningLanes;
import io.whorl.internal.lane.LaneGroup;
import io.whorl.storage.HeapStorageEngine;
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
        LaneGroup lanes = new CombiningLanes(settings.lanes(), threads.apply("lane"), INBOX, failures);
        return new NodeParts(lanes, Optional.empty(), new HeapStorageEngine());
    }
}
