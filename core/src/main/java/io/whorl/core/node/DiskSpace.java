package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.meter.Counter;
import io.whorl.core.spi.StorageException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk is full, which is no reason to stop: reads go on, writes are refused, and what others want to bring waits until
 * there is space again. Callable on any thread.
 */
final class DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    private static final long LOOK_INTERVAL = 1_000_000_000L;

    private final Node node;
    private final AtomicBoolean full = new AtomicBoolean();

    DiskSpace(Node node) {
        this.node = node;
    }

    boolean isFull() {
        return full.get();
    }

    /** A batch was refused for want of space. */
    void filled(StorageException refusal) {
        if (full.compareAndSet(false, true)) {
            node.meters().add(Counter.STORAGE_FILLED);
            LOG.warn(
                    "Node {} cannot write: {}. Reads go on; writes are refused until there is space again",
                    node.named(node.id()),
                    refusal.getMessage());
            node.happened(new NodeEvent.StorageFull(refusal.getMessage()));
            lookAgain();
        }
    }

    private void lookAgain() {
        node.ports().cluster().schedule(LOOK_INTERVAL, () -> node.guarded(this::look));
    }

    private void look() {
        if (node.ports().storage().hasSpace()) {
            full.set(false);
            LOG.info("Node {} has space on its disk again and takes writes", node.named(node.id()));
            node.happened(new NodeEvent.StorageHasSpace());
        } else {
            lookAgain();
        }
    }
}
