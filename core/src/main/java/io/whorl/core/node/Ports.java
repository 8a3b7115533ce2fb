package io.whorl.core.node;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.Transport;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The world that a node is given. The node uses the ports; whoever made them closes them, after {@link Node#close}.
 *
 * @param cluster the lane of the cluster state
 * @param lanes the lanes of the partitions, a power of two up to 16; partition p belongs to lane p modulo their number; may include
 *     the cluster's
 * @param storage what survives
 * @param transport the way to other nodes; empty for a single node without a socket
 * @param random where identities and jitter come from
 */
public record Ports(
        Lane cluster, List<Lane> lanes, StorageEngine storage, Optional<Transport> transport, RandomSource random) {

    public Ports {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(random, "random");
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("a node needs at least one lane");
        }
        if (Integer.bitCount(lanes.size()) != 1 || lanes.size() > RepairMessage.SECTIONS) {
            // So that each section that repair takes together belongs to one lane on either side.
            throw new IllegalArgumentException(
                    lanes.size() + " lanes; expected a power of two, at most " + RepairMessage.SECTIONS);
        }
    }
}
