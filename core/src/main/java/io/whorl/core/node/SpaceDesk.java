package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.spi.StorageException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators and listeners that the disk is full, and that it is not any more. A disk at the brink turns often, and the log
 * tells of it once a minute at the most.
 */
final class SpaceDesk implements MeteredStorage.SpaceListener {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceDesk.class);
    private static final long REPORT_INTERVAL = 60_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final Node node;
    private final AtomicLong reported = new AtomicLong(NEVER);

    SpaceDesk(Node node) {
        this.node = node;
    }

    @Override
    public void full(StorageException refusal) {
        node.happened(new NodeEvent.StorageFull(refusal.getMessage()));
        long now = node.ports().cluster().nanoTime();
        long last = reported.get();
        if ((last == NEVER || now - last > REPORT_INTERVAL) && reported.compareAndSet(last, now)) {
            LOG.warn(
                    "Node {} cannot write: {}. Reads go on; writes are refused until there is space again",
                    node.named(node.id()),
                    refusal.getMessage());
        }
    }

    @Override
    public void hasSpace() {
        node.happened(new NodeEvent.StorageHasSpace());
        LOG.info("Node {} writes again: there is space", node.named(node.id()));
    }
}
