package io.whorl.core.membership;

import io.whorl.api.Outcome;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.StorageEngine;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in its cluster: becomes a member, keeps the newest cluster state, passes it on, and has it changed by agreement.
 * Runs on the cluster's lane.
 *
 * <p>Takes messages to the parts that they concern. A state is known only once it is durable here ({@link Knowledge}); its successor is
 * decided by its voters ({@link Agreement}), so that epochs never fork (promise P8).
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /**
     * Nanoseconds that an attempt at agreement has, or a question, before another is begun; the next ones have longer. It takes four
     * syncs of disks one after the other, of which each may be slow.
     */
    private static final long PATIENCE = 1_000_000_000L;

    /** How many attempts' time a change has that no caller waits for. */
    private static final int OWN_CHANGE_ATTEMPTS = 10;

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final Member self;
    private final Seeking seeking;
    private final ChangeQueue queue;
    private final Changes changes;
    private final Admission admission;
    private final Spreading spreading;
    private final Recovering recovering;
    private final long patience;
    private boolean founding;
    private boolean started;
    private boolean ended;
    private boolean relocating;

    /**
     * @param clusterName the name that a cluster founded here gets
     * @param contactPoints where to look, the first founds
     * @param foundingNodes how many votes a founding needs
     * @param partitions Q of a cluster founded here
     * @param seekInterval nanoseconds between two attempts to find a cluster, at first
     * @param replaces the lost member in whose place this node joins, if it is told so
     */
    public record Settings(
            String clusterName,
            List<Address> contactPoints,
            int foundingNodes,
            int partitions,
            long seekInterval,
            Optional<NodeId> replaces) {}

    public Membership(ClusterLane lane, StorageEngine storage, RandomSource random, Member self, Settings settings) {
        this.lane = lane;
        this.self = self;
        this.patience = PATIENCE;
        this.knowledge = new Knowledge(lane, storage, this::known);
        this.seeking = new Seeking(lane, knowledge, new MembershipStore(storage), random, self, settings);
        this.queue = new ChangeQueue(lane, knowledge, storage, random, self.id(), patience);
        this.changes = new Changes(lane, knowledge, queue, self.id(), patience, random.nextLong());
        this.admission = new Admission(lane, knowledge, changes, OWN_CHANGE_ATTEMPTS * patience);
        this.recovering = new Recovering(lane, knowledge, random, self.id());
        this.spreading = new Spreading(lane, knowledge, random, self.id(), patience);
    }

    /** Goes on with the cluster that this storage belongs to, or looks for one. */
    public void start() {
        started = true;
        if (!knowledge.recover()) {
            founding = true;
            seeking.start();
        }
    }

    /** Stops everything: nothing is sent or published afterwards. */
    public void stop(Failure.Kind kind, String detail) {
        ended = true;
        seeking.stop();
        knowledge.stop();
        queue.abort(kind, detail);
        recovering.abort(kind, detail);
        changes.abort(kind, detail);
    }

    /** Handles a message on this lane. Before the start nothing is known of the cluster, and nothing may be said or voted. */
    public void received(NodeId from, ClusterMessage message) {
        if (ended || !started) {
            return;
        }
        if (message instanceof ClusterMessage.State told) {
            told(from, told.state());
        } else if (message instanceof RecoveryMessage.Recovered recovered) {
            recovered(from, recovered);
        } else if (knowledge.known() != null) {
            asMember(from, message);
        } else if (!knowledge.isAdopting()) {
            asSeeker(from, message);
        }
    }

    private void asMember(NodeId from, ClusterMessage message) {
        if (message instanceof AgreementMessage) {
            queue.agreement().received(from, message);
        } else if (message instanceof ClusterMessage.Seek seek) {
            admission.asked(from, seek.member(), seek.replaces());
        } else if (message instanceof ClusterMessage.Vote vote) {
            admission.asked(from, vote.member(), Optional.empty());
        } else if (message instanceof ClusterMessage.FetchState) {
            lane.send(from, knowledge.message());
        } else if (message instanceof RecoveryMessage recovery) {
            recovering.received(from, recovery);
        } else if (message instanceof ChangeMessage.Ask ask) {
            changes.asked(from, ask);
        } else if (message instanceof ChangeMessage.Made made) {
            told(from, made.state());
            changes.answered(made);
        } else if (message instanceof ChangeMessage.Refused refused) {
            changes.answered(from, refused);
        }
    }

    private void asSeeker(NodeId from, ClusterMessage message) {
        if (message instanceof ClusterMessage.Seek seek) {
            seeking.asked(from, seek);
        } else if (message instanceof ClusterMessage.Seeking answer) {
            seeking.answered(from, answer);
        } else if (message instanceof ClusterMessage.Vote vote) {
            seeking.voted(vote, from);
        } else if (message instanceof ClusterMessage.Rejected rejected) {
            seeking.rejected(from, rejected);
        } else if (message instanceof ClusterMessage.Deferred deferred) {
            seeking.deferred(from, deferred);
        }
    }

    /** A message came from a node that knows this epoch. */
    public void heardOf(NodeId node, long epoch) {
        if (!ended) {
            spreading.heardOf(node, epoch);
        }
    }

    /** Has the cluster changed by agreement of its voters; the listener learns how that ended, by the timeout at the latest. */
    public void change(Change change, long timeoutNanos, Changes.Listener listener) {
        if (ended || knowledge.known() == null) {
            listener.failed(new Failure(
                    Failure.Kind.NODE_CLOSED, Outcome.NOT_APPLIED, 0, 0, "this node is no member of a cluster"));
        } else {
            changes.change(change, timeoutNanos, listener);
        }
    }

    /** What this node waits for while it is not a member, for the error of a start that took too long. */
    public String waitingFor() {
        return seeking.waitingFor();
    }

    private void told(NodeId from, ClusterState newer) {
        spreading.told(from);
        ClusterState known = knowledge.known();
        if (known == null && !isMember(newer)) {
            return;
        }
        if (known != null && !newer.id().equals(known.id())) {
            LOG.warn(
                    "Node {} sent the state of another cluster, {}; this one is {}. It is ignored",
                    from,
                    newer.id(),
                    known.id());
            return;
        }
        if (known != null && newer.line() != known.line()) {
            LOG.warn(
                    "Node {} sent a cluster state of another line of epochs than this node's: one of them took part in a recovery"
                            + " without the other. It is ignored",
                    from);
            return;
        }
        knowledge.adopt(newer);
    }

    /** The sender's line took the place of another one: of this node's, or long ago. */
    private void recovered(NodeId from, RecoveryMessage.Recovered recovered) {
        ClusterState known = knowledge.known();
        ClusterState newer = recovered.state();
        boolean successor = known != null
                && newer.id().equals(known.id())
                && newer.line() != known.line()
                && recovered.previous() == known.line();
        if (successor) {
            spreading.told(from);
            knowledge.adopt(newer, recovered.previous());
        } else {
            told(from, newer);
        }
    }

    /** The line of epochs that the present one took the place of, if it did. Callable on any thread. */
    public Optional<Long> previousLine() {
        return knowledge.previousLine();
    }

    /** Founds a new line of epochs with these members alone, after the loss of most voters for good. */
    public void recover(List<NodeId> survivors, long timeoutNanos, Changes.Listener listener) {
        if (ended || knowledge.known() == null) {
            listener.failed(new Failure(
                    Failure.Kind.NODE_CLOSED, Outcome.NOT_APPLIED, 0, 0, "this node is no member of a cluster"));
        } else {
            recovering.begin(survivors, timeoutNanos, listener);
        }
    }

    private void known(ClusterState state) {
        boolean first = queue.agreement().hasChosen(state) || (founding && state.epoch() == 1);
        founding = false;
        seeking.stop();
        if (!isMember(state)) {
            leave(state);
            return;
        }
        for (Member member : state.members()) {
            if (!member.id().equals(self.id())) {
                lane.learn(member);
            }
        }
        lane.published(state);
        spreading.known(state, first);
        queue.known(state);
        changes.learned();
        relocate(state);
        if (!first) {
            // Addresses may have changed while this node was away.
            seeking.beatOnce();
        }
    }

    private boolean isMember(ClusterState state) {
        return state.member(self.id())
                .filter(member -> member.status() != Member.Status.REMOVED)
                .isPresent();
    }

    private void leave(ClusterState state) {
        ended = true;
        lane.leftCluster("node " + self.id() + " at " + self.address() + " is no member of the cluster '" + state.name()
                + "' (" + state.id() + ") since epoch " + state.epoch()
                + " at the latest: it has left, or was removed. To let this machine take part again, start it with an empty"
                + " data directory, as another node");
    }

    /** The address belongs to the configuration, not to the node: the others are to look for it where it is now. */
    private void relocate(ClusterState state) {
        boolean moved = !state.member(self.id()).orElseThrow().address().equals(self.address());
        if (!moved || relocating) {
            return;
        }
        relocating = true;
        changes.change(
                new Change.Relocate(self.id(), self.address()), OWN_CHANGE_ATTEMPTS * patience, new Changes.Listener() {
                    @Override
                    public void made(ClusterState made) {
                        relocating = false;
                        LOG.info("Node {} is known at its address {} now", self.id(), self.address());
                    }

                    @Override
                    public void failed(Failure failure) {
                        LOG.warn(
                                "Node {} could not tell the cluster that its address is {} now: {}. It tries again",
                                self.id(),
                                self.address(),
                                failure.detail());
                        lane.lane().schedule(patience, () -> {
                            relocating = false;
                            if (!ended) {
                                relocate(knowledge.known());
                            }
                        });
                    }
                });
    }
}
