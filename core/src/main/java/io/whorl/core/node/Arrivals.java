package io.whorl.core.node;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the transport tells a node: taken to the lane that it concerns. */
final class Arrivals implements Transport.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    private final Node node;
    private volatile long newestHeardOf;

    Arrivals(Node node) {
        this.node = node;
    }

    @Override
    public Hello hello() {
        ClusterState known = node.state().orElse(null);
        return new Hello(
                node.options().clusterName(),
                Optional.ofNullable(known).map(ClusterState::id),
                node.id(),
                node.run(),
                node.epoch(),
                node.options().advertised());
    }

    @Override
    public Optional<String> refusal(Hello peer) {
        Optional<String> reason = hello().refusal(peer);
        ClusterState known = node.state().orElse(null);
        if (reason.isEmpty() && known != null) {
            // An address belongs to a configuration, not to the node: it may have changed since the state was
            // agreed.
            known.member(peer.node())
                    .filter(member -> !member.address().equals(peer.address()))
                    .ifPresent(member -> node.ports()
                            .transport()
                            .ifPresent(transport -> transport.learn(peer.node(), peer.address())));
        }
        return reason;
    }

    @Override
    public void connected(NodeId peer, long peerRun) {
        node.connections().connected(peer, peerRun);
        LOG.debug("Node {} is connected with run {} of node {}", node.id(), peerRun, peer);
        for (PartitionLane lane : node.lanes()) {
            lane.unguarded().execute(() -> node.guarded(() -> lane.connected(peer, peerRun)));
        }
        onCluster(() -> node.cluster().liveness().connected(peer, peerRun));
        if (!node.isAnnounced()) {
            onCluster(node::announceIfConnected);
        }
    }

    @Override
    public void disconnected(NodeId peer, long peerRun) {
        node.connections().disconnected(peer, peerRun);
        LOG.debug("Node {} has lost the connection to node {}", node.id(), peer);
        for (PartitionLane lane : node.lanes()) {
            lane.unguarded().execute(() -> node.guarded(() -> lane.disconnected(peer, peerRun)));
        }
        onCluster(() -> node.cluster().liveness().disconnected(peer, peerRun));
    }

    private void onCluster(Runnable task) {
        node.ports().cluster().execute(() -> node.guarded(task));
    }

    @Override
    public void received(NodeId from, long fromRun, Envelope envelope) {
        if (node.hasEnded() || (envelope.toRun() != 0 && envelope.toRun() != node.run())) {
            return;
        }
        noteEpoch(from, envelope);
        if (envelope.message() instanceof ReplicaMessage message) {
            PartitionLane lane = node.lane(message.replica().partition());
            lane.unguarded().execute(() -> node.guarded(() -> lane.received(from, fromRun, envelope.epoch(), message)));
        } else if (envelope.message() instanceof RepairMessage message) {
            for (int i = 0; i < node.lanes().size(); i++) {
                PartitionLane lane = node.lanes().get(i);
                message.part(i, node.lanes().size())
                        .ifPresent(part ->
                                lane.unguarded().execute(() -> node.guarded(() -> lane.received(from, fromRun, part))));
            }
        } else if (envelope.message() instanceof ClusterMessage message) {
            onCluster(() -> node.cluster().received(from, fromRun, message));
        }
    }

    /** A newer epoch is fetched when it is first heard of, and again at probes and beats, in case the answer was lost. */
    private void noteEpoch(NodeId from, Envelope envelope) {
        boolean regular =
                envelope.message() instanceof ClusterMessage.Beat || envelope.message() instanceof LivenessMessage;
        if (envelope.epoch() != node.epoch() && (regular || envelope.epoch() > Math.max(node.epoch(), newestHeardOf))) {
            newestHeardOf = Math.max(newestHeardOf, envelope.epoch());
            onCluster(() -> node.cluster().heardOf(from, envelope.epoch()));
        }
    }
}
