package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member lets a node into the cluster that asks for it: by a change that the voters agree on. Runs on the cluster's lane.
 *
 * <p>Where a newcomer listens at the address of a member that is not connected, that member's disk is lost: the newcomer takes its place.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final Changes changes;
    private final long timeout;
    private final TreeSet<NodeId> underWay = new TreeSet<>();

    Admission(ClusterLane lane, Knowledge knowledge, Changes changes, long timeout) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.changes = changes;
        this.timeout = timeout;
    }

    /** A node seeks, or has given this one its founding vote. */
    void asked(NodeId from, Member asker, Optional<NodeId> replaces) {
        ClusterState state = knowledge.known();
        Optional<Member> member = state.member(asker.id());
        if (isMember(state, asker.id())) {
            lane.send(from, new ClusterMessage.State(state));
            return;
        }
        if (member.isPresent() || state.removed().contains(asker.id())) {
            reject(from, removed(state, asker));
            return;
        }
        Optional<Member> there = state.members().stream()
                .filter(known -> known.status() != Member.Status.REMOVED)
                .filter(known -> known.address().equals(asker.address()))
                .findFirst();
        if (there.isPresent() && lane.isConnected(there.get().id())) {
            lane.send(
                    from,
                    new ClusterMessage.Deferred(
                            "the member " + there.get().id() + " is connected and has the same address "
                                    + asker.address()
                                    + ": stop that one, or give this node an address of its own"));
            return;
        }
        if (replaces.filter(lane::isConnected).isPresent()) {
            lane.send(
                    from,
                    new ClusterMessage.Deferred(
                            "the member "
                                    + state.named(replaces.get())
                                    + " that it is to replace answers, so it is not lost: stop that one, or start this node without it"));
            return;
        }
        if (underWay.add(asker.id())) {
            // Who was told to replace one that is gone already may come with the second disk at that address: a first
            // one, taken in its place, was lost before it kept who it was.
            admit(from, asker, replaces.filter(lost -> isMember(state, lost)).or(() -> there.map(Member::id)));
        }
    }

    private static boolean isMember(ClusterState state, NodeId node) {
        return state.member(node)
                .filter(known -> known.status() != Member.Status.REMOVED)
                .isPresent();
    }

    private void admit(NodeId from, Member asker, Optional<NodeId> replaces) {
        LOG.info(
                "Node {} at {} asks to be taken in{}",
                asker.id(),
                asker.address(),
                replaces.map(lost -> ", in the place of " + knowledge.known().named(lost))
                        .orElse(""));
        changes.change(new Change.Admit(asker, replaces), timeout, new Changes.Listener() {
            @Override
            public void made(ClusterState state) {
                underWay.remove(asker.id());
                lane.send(from, new ClusterMessage.State(state));
            }

            @Override
            public void failed(Failure failure) {
                underWay.remove(asker.id());
                // What was in the way then need not be when the node asks again, and what is final is told then.
                lane.send(from, new ClusterMessage.Deferred(failure.detail()));
            }
        });
    }

    private void reject(NodeId from, String reason) {
        LOG.info("Node {} is refused: {}", from, reason);
        lane.send(from, new ClusterMessage.Rejected(reason));
    }

    private static String removed(ClusterState state, Member asker) {
        return "node " + asker.id() + " at " + asker.address() + " was a member of the cluster '" + state.name() + "' ("
                + state.id() + "), and has left it or was removed by epoch " + state.epoch()
                + ". Start it with an empty data directory, as another node";
    }
}
