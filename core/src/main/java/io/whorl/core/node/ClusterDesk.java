package io.whorl.core.node;

import io.whorl.core.membership.Changes;
import io.whorl.core.membership.ClusterLane;
import io.whorl.core.membership.Membership;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Failure;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import java.util.List;
import java.util.Optional;

/** The node's side of the cluster's lane: what {@link Membership} uses of the node, and the way to it. */
final class ClusterDesk implements ClusterLane {
    private final Node node;
    private final Lane lane;
    private final Membership membership;
    private final LivenessDesk liveness;
    private final AutomaticRemoval removal;
    private final ClosingDesk closing;

    ClusterDesk(Node node, Member self) {
        this.node = node;
        this.lane = new GuardedLane(node.ports().cluster(), node::guarded);
        NodeOptions options = node.options();
        this.membership = new Membership(
                this,
                node.ports().storage(),
                node.ports().random().fork("membership"),
                self,
                new Membership.Settings(
                        options.clusterName(),
                        options.contactPoints(),
                        options.foundingNodes(),
                        options.partitions(),
                        options.seekInterval(),
                        options.replaces()));
        this.liveness = new LivenessDesk(node, lane);
        this.removal = new AutomaticRemoval(node, lane);
        this.closing = new ClosingDesk(node, lane, membership);
    }

    void start() {
        membership.start();
        removal.start();
    }

    void stop(Failure.Kind kind, String detail) {
        closing.stop();
        membership.stop(kind, detail);
    }

    void received(NodeId from, long run, ClusterMessage message) {
        if (message instanceof LivenessMessage about) {
            liveness.received(from, run, about);
        } else if (message instanceof ClosingMessage about) {
            closing.received(from, about);
        } else {
            membership.received(from, message);
        }
    }

    /** The closing of runs that have ended. */
    ClosingDesk closing() {
        return closing;
    }

    /** Who is alive, as far as this node knows. */
    LivenessDesk liveness() {
        return liveness;
    }

    void heardOf(NodeId from, long epoch) {
        membership.heardOf(from, epoch);
    }

    void change(Change change, long timeoutNanos, Changes.Listener listener) {
        membership.change(change, timeoutNanos, listener);
    }

    void recover(List<NodeId> survivors, long timeoutNanos, Changes.Listener listener) {
        membership.recover(survivors, timeoutNanos, listener);
    }

    /** The line of epochs that the present one took the place of, if it did. Callable on any thread. */
    Optional<Long> previousLine() {
        return membership.previousLine();
    }

    String waitingFor() {
        return membership.waitingFor();
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public boolean send(NodeId to, ClusterMessage message) {
        if (node.hasEnded()) {
            return false;
        }
        Envelope envelope = new Envelope(0, node.epoch(), message);
        return node.ports()
                .transport()
                .map(transport -> transport.send(to, envelope) == SendResult.SENT)
                .orElse(false);
    }

    @Override
    public void send(Address to, ClusterMessage message) {
        Envelope envelope = new Envelope(0, node.epoch(), message);
        node.ports().transport().ifPresent(transport -> transport.send(to, envelope));
    }

    @Override
    public boolean isConnected(NodeId other) {
        return node.connections().run(other).isPresent();
    }

    @Override
    public void learn(Member member) {
        node.ports().transport().ifPresent(transport -> transport.learn(member.id(), member.address()));
    }

    @Override
    public void published(ClusterState state) {
        liveness.members(state);
        node.published(state);
        closing.learned(state);
    }

    @Override
    public void refused(String reason) {
        node.refused(reason);
    }

    @Override
    public void leftCluster(String reason) {
        node.leftCluster(reason);
    }

    @Override
    public void failed(RuntimeException cause) {
        node.fail(cause);
    }
}
