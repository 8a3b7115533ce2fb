package io.whorl.core.node;

import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the transport tells a node: taken to the lane that it concerns. */
final class Arrivals implements Transport.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    /** How many messages about the cluster may wait; some from every member that there can be. */
    private static final int MOST_ABOUT_CLUSTER = 4_096;

    private final Node node;
    private final AtomicInteger aboutCluster = new AtomicInteger();
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
                node.options().advertised(),
                known == null ? 0 : known.line(),
                node.cluster().previousLine());
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
            lane.lane().execute(() -> lane.peers().connected(peer, peerRun));
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
            lane.lane().execute(() -> lane.peers().disconnected(peer, peerRun));
        }
        onCluster(() -> node.cluster().liveness().disconnected(peer, peerRun));
    }

    private void onCluster(Runnable task) {
        node.ports().cluster().execute(() -> node.guarded(task));
    }

    /** What is said about the cluster is said again if it was lost, so that no more has to wait than can be worked off soon. */
    private void toCluster(NodeId from, long fromRun, ClusterMessage message) {
        if (aboutCluster.incrementAndGet() > MOST_ABOUT_CLUSTER) {
            aboutCluster.decrementAndGet();
            node.meters().add(Counter.CLUSTER_MESSAGES_DROPPED);
            return;
        }
        node.ports().cluster().execute(() -> {
            aboutCluster.decrementAndGet();
            node.guarded(() -> node.cluster().received(from, fromRun, message));
        });
    }

    @Override
    public void received(NodeId from, long fromRun, Envelope envelope) {
        received(from, fromRun, List.of(envelope));
    }

    /** What comes for one lane together is one task of it, so that it is done together. */
    @Override
    public void received(NodeId from, long fromRun, List<Envelope> envelopes) {
        if (node.hasEnded()) {
            return;
        }
        ArrivedTogether together = new ArrivedTogether(node, from, fromRun);
        for (Envelope envelope : envelopes) {
            if (envelope.toRun() == 0 || envelope.toRun() == node.run()) {
                received(from, fromRun, envelope, together);
            }
        }
        together.deliver();
    }

    private void received(NodeId from, long fromRun, Envelope envelope, ArrivedTogether together) {
        // What brings the state itself is looked at first: then there is nothing to fetch.
        boolean bringsState =
                envelope.message() instanceof ClusterMessage.State || envelope.message() instanceof ChangeMessage.Made;
        if (!bringsState) {
            noteEpoch(from, envelope);
        }
        if (envelope.message() instanceof ReplicaMessage message) {
            together.add(envelope, message);
        } else {
            // Messages of one sender keep their order.
            together.deliver();
            receivedOther(from, fromRun, envelope);
        }
        if (bringsState) {
            noteEpoch(from, envelope);
        }
    }

    private void receivedOther(NodeId from, long fromRun, Envelope envelope) {
        if (envelope.message() instanceof RepairMessage message) {
            for (int i = 0; i < node.lanes().size(); i++) {
                PartitionLane lane = node.lanes().get(i);
                message.part(i, node.lanes().size())
                        .ifPresent(
                                part -> lane.inbox().arrived(from, fromRun, envelope.epoch(), envelope.asOf(), part));
            }
        } else if (envelope.message() instanceof MoveMessage message) {
            node.lane(message.partition()).inbox().arrived(from, fromRun, message);
        } else if (envelope.message() instanceof ClusterMessage message) {
            toCluster(from, fromRun, message);
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
