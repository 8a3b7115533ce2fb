package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does that belongs to no cluster: asks its contact points until one takes it in, or until it can found a cluster with
 * them. Runs on the cluster's lane.
 */
final class Seeking {
    private static final Logger LOG = LoggerFactory.getLogger(Seeking.class);
    private static final int SLOWEST_SEEK = 20;
    private static final int PATIENCE_IN_SEEKS = 20;
    private static final int TOLD_EVERY_SEEKS = 100;

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final MembershipStore store;
    private final RandomSource random;
    private final Member self;
    private final Membership.Settings settings;
    private final Founding founding;
    private Optional<String> deferred = Optional.empty();
    private long interval;
    private long since;
    private long lastTold;
    private boolean ended;
    private boolean beaten;

    Seeking(
            ClusterLane lane,
            Knowledge knowledge,
            MembershipStore store,
            RandomSource random,
            Member self,
            Membership.Settings settings) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.store = store;
        this.random = random;
        this.self = self;
        this.settings = settings;
        this.founding = new Founding(self, settings.contactPoints(), settings.foundingNodes());
        this.interval = settings.seekInterval();
    }

    void start() {
        since = lane.lane().nanoTime();
        lastTold = since;
        // Who is taken in may be a voter at once, perhaps the only one: a loss of power must not take back who it is.
        knowledge.afterSync(this::seek);
    }

    /** This node belongs to a cluster, or to none for good. */
    void stop() {
        ended = true;
    }

    /** Lets whoever listens at a contact point learn where this node is; at its first call. */
    void beatOnce() {
        if (beaten) {
            return;
        }
        beaten = true;
        founding.others().forEach(contactPoint -> lane.send(contactPoint, new ClusterMessage.Beat()));
    }

    /** What it waits for, for the log and for the error of a start that took too long. */
    String waitingFor() {
        return deferred.orElseGet(founding::waitingFor);
    }

    private void seek() {
        if (ended) {
            return;
        }
        for (Address contactPoint : founding.others()) {
            lane.send(contactPoint, new ClusterMessage.Seek(self, founding.firstContactPoint(), settings.replaces()));
        }
        foundIfPossible();
        tellWhatIsMissing();
        long jitter = random.nextInt((int) Math.min(Integer.MAX_VALUE, 1 + interval / 4));
        lane.lane().schedule(interval + jitter, this::seek);
        interval = Math.min(2 * interval, SLOWEST_SEEK * settings.seekInterval());
    }

    private void tellWhatIsMissing() {
        long now = lane.lane().nanoTime();
        if (now - lastTold > TOLD_EVERY_SEEKS * settings.seekInterval()) {
            lastTold = now;
            LOG.info("Node {} is not part of a cluster yet: {}", self.id(), waitingFor());
        }
    }

    /** Another node seeks as well. */
    void asked(NodeId from, ClusterMessage.Seek seek) {
        String disagreement = founding.disagreement(from, seek.firstContactPoint());
        if (disagreement != null) {
            lane.send(from, new ClusterMessage.Rejected(disagreement));
            return;
        }
        founding.heard(from);
        lane.send(from, founding.seeking());
    }

    void answered(NodeId from, ClusterMessage.Seeking seeking) {
        String disagreement = founding.disagreement(from, seeking.firstContactPoint());
        if (disagreement != null) {
            refuse(disagreement);
            return;
        }
        founding.heard(from);
        if (seeking.founder() && !founding.isFounder()) {
            vote(from);
        } else {
            foundIfPossible();
        }
    }

    /** A member has heard this node, and does what it can. */
    void deferred(NodeId from, ClusterMessage.Deferred answer) {
        String reason = "node " + from + " of the cluster answers: " + answer.reason();
        if (!deferred.equals(Optional.of(reason))) {
            LOG.info("Node {} waits to be taken in: {}", self.id(), reason);
            deferred = Optional.of(reason);
        }
    }

    /** Gives this node's one founding vote: on disk before it is sent, and never to another. */
    private void vote(NodeId founder) {
        Optional<NodeId> given = store.vote();
        if (given.isPresent() && !given.get().equals(founder)) {
            refuse("this node gave its founding vote to node " + given.get() + ", but now node " + founder
                    + " founds a cluster; if the former is lost for good and no cluster was founded, empty this node's data"
                    + " directory");
            return;
        }
        if (given.isEmpty()) {
            store.keepVote(founder);
        }
        knowledge.afterSync(() -> lane.send(founder, new ClusterMessage.Vote(self, founding.firstContactPoint())));
    }

    void voted(ClusterMessage.Vote vote, NodeId from) {
        if (founding.isFounder() && founding.disagreement(from, vote.firstContactPoint()) == null) {
            founding.voted(vote.member());
            foundIfPossible();
        }
    }

    private void foundIfPossible() {
        boolean patient = lane.lane().nanoTime() - since > PATIENCE_IN_SEEKS * settings.seekInterval();
        if (knowledge.isAdopting() || !founding.canFound(patient)) {
            return;
        }
        ClusterState founded = ClusterState.found(
                new ClusterId(random.nextIdentity()),
                settings.clusterName(),
                founding.founders(),
                settings.partitions(),
                List.of());
        LOG.info(
                "Founding cluster '{}' ({}) with {} members",
                founded.name(),
                founded.id(),
                founded.members().size());
        knowledge.adopt(founded);
    }

    void rejected(NodeId from, ClusterMessage.Rejected rejected) {
        refuse("node " + from + " refuses this node: " + rejected.reason());
    }

    private void refuse(String reason) {
        ended = true;
        lane.refused(reason);
    }
}
