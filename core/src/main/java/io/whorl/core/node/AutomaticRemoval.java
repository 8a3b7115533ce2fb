package io.whorl.core.node;

import io.whorl.core.membership.Changes;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has members removed that have been away for too long, if operators want that. Runs on the cluster's lane. */
final class AutomaticRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(AutomaticRemoval.class);
    private static final long SECOND = 1_000_000_000L;
    private static final long TIMEOUT = 10 * SECOND;
    private static final long LONGEST_PAUSE = 60 * SECOND;
    private static final int LOOKS = 16;

    private final Node node;
    private final Lane lane;
    private final Absences absences;
    private final long longest;

    AutomaticRemoval(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
        this.longest = node.options().removeAfter();
        this.absences = new Absences(longest);
    }

    void start() {
        if (longest > 0) {
            lane.schedule(Math.max(1, Math.min(longest / LOOKS, LONGEST_PAUSE)), this::look);
        }
    }

    private void look() {
        Optional<ClusterState> state = node.state();
        state.flatMap(known -> absences.overdue(lane.nanoTime(), known, node.liveness(), node.id()))
                .ifPresent(this::remove);
        start();
    }

    private void remove(NodeId member) {
        LOG.warn(
                "Node {}: member {} has been dead for {} s, which is as long as removeAfter allows. It is removed for good, and its"
                        + " slots are rebuilt on others",
                node.named(node.id()),
                node.named(member),
                longest / SECOND);
        node.cluster().change(new Change.Remove(member), TIMEOUT, new Changes.Listener() {
            @Override
            public void made(ClusterState made) {
                LOG.debug("Node {}: member {} is removed", node.id(), member);
            }

            @Override
            public void failed(Failure failure) {
                LOG.warn("Node {}: member {} could not be removed: {}", node.id(), member, failure.detail());
            }
        });
    }
}
