package io.whorl.internal;

import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.Transport;
import io.whorl.internal.lane.LaneGroup;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node is put together from. Whoever runs the node closes them, the transport first, the storage last.
 *
 * @param lanes where it works
 * @param transport its way to others; empty for a node alone
 * @param storage what it keeps
 */
public record NodeParts(LaneGroup lanes, Optional<Transport> transport, StorageEngine storage) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);

    /** Checks that nothing is missing. */
    public NodeParts {
        Objects.requireNonNull(lanes, "lanes");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(storage, "storage");
    }

    /** Closes all of them; what fails to close is logged and does not keep the rest open. */
    void close() {
        transport.ifPresent(way -> closing("the transport", way::close));
        closing("the lanes", lanes::close);
        closing("the storage", storage::close);
    }

    private static void closing(String what, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | Error e) {
            LOG.error("{} could not be closed", what, e);
        }
    }
}
