package io.whorl.core.membership;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in its cluster: becomes a member, keeps the newest cluster state, and passes it on. Runs on the cluster's lane.
 *
 * <p>In this version the members are fixed at the founding, and the founder alone makes new epochs, which create buckets. Every
 * state is synced to its disk before anyone hears of it, so that epochs never fork (promise P8).
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final int SLOWEST_SEEK = 20;
    private static final int PATIENCE_IN_SEEKS = 20;

    private final ClusterLane lane;
    private final MembershipStore store;
    private final StorageEngine storage;
    private final RandomSource random;
    private final Member self;
    private final Settings settings;
    private final Founding founding;
    private final BucketCreation creation;
    private ClusterState state;
    private long seekInterval;
    private long seekingSince;
    private long lastToldWhatIsMissing;
    private boolean started;
    private boolean ended;
    private boolean making;

    /**
     * @param clusterName the name that a cluster founded here gets
     * @param contactPoints where to look, the first founds
     * @param foundingNodes how many votes a founding needs
     * @param partitions Q of a cluster founded here
     * @param seekInterval nanoseconds between two attempts to find a cluster, at first
     */
    public record Settings(
            String clusterName, List<Address> contactPoints, int foundingNodes, int partitions, long seekInterval) {}

    public Membership(ClusterLane lane, StorageEngine storage, RandomSource random, Member self, Settings settings) {
        this.lane = lane;
        this.storage = storage;
        this.store = new MembershipStore(storage);
        this.random = random;
        this.self = self;
        this.settings = settings;
        this.founding = new Founding(self, settings.contactPoints(), settings.foundingNodes());
        this.creation = new BucketCreation(lane, this, random.nextLong());
        this.seekInterval = settings.seekInterval();
    }

    /** Goes on with the cluster that this storage belongs to, or looks for one. */
    public void start() {
        started = true;
        Optional<ClusterState> kept = store.state();
        if (kept.isPresent()) {
            // Not stored again: a disk that is full would refuse it.
            become(kept.get());
            // Addresses may have changed while this node was away; whoever listens at a contact point learns this one's
            // anew.
            founding.others().forEach(contactPoint -> lane.send(contactPoint, new ClusterMessage.Beat()));
            return;
        }
        seekingSince = lane.lane().nanoTime();
        lastToldWhatIsMissing = seekingSince;
        seek();
    }

    /** Stops everything: nothing is sent or published afterwards. */
    public void stop(Failure.Kind kind, String detail) {
        ended = true;
        creation.abort(kind, detail);
    }

    /** Handles a message on this lane. Before the start nothing is known of the cluster, and nothing may be said or voted. */
    public void received(NodeId from, ClusterMessage message) {
        if (ended || !started) {
            return;
        }
        if (message instanceof ClusterMessage.Seek seek) {
            answer(from, seek);
        } else if (message instanceof ClusterMessage.Seeking seeking) {
            seeking(from, seeking);
        } else if (message instanceof ClusterMessage.Vote vote) {
            voted(from, vote);
        } else if (message instanceof ClusterMessage.Rejected rejected) {
            rejected(from, rejected);
        } else if (message instanceof ClusterMessage.State told) {
            told(from, told.state());
        } else if (message instanceof ClusterMessage.FetchState) {
            if (state != null) {
                lane.send(from, new ClusterMessage.State(state));
            }
        } else if (message instanceof ClusterMessage.CreateBucket create) {
            creation.asked(from, create);
        } else if (message instanceof ClusterMessage.BucketCreated created) {
            told(from, created.state());
            creation.answered(created);
        } else if (message instanceof ClusterMessage.BucketRefused refused) {
            creation.answered(refused);
        }
    }

    /** A message came from a node that knows this epoch. */
    public void heardOf(NodeId node, long epoch) {
        if (!ended && state != null) {
            if (epoch > state.epoch()) {
                lane.send(node, new ClusterMessage.FetchState());
            } else if (epoch != 0 && epoch < state.epoch()) {
                lane.send(node, new ClusterMessage.State(state));
            }
        }
    }

    /** Creates a bucket, or confirms that it exists with these options. */
    public void createBucket(String name, BucketOptions options, long timeoutNanos, BucketCreation.Listener listener) {
        if (ended || state == null) {
            listener.failed(new Failure(
                    Failure.Kind.NODE_CLOSED, Outcome.NOT_APPLIED, 0, 0, "this node is no member of a cluster"));
        } else {
            creation.begin(name, options, timeoutNanos, listener);
        }
    }

    /** Learns how a change ended. */
    public interface ChangeListener {
        void made(ClusterState state);

        void failed(Failure failure);
    }

    /** Interim, until changes are agreed on. */
    public void change(Change change, ChangeListener callback) {
        Change.Result result = state.after(change);
        if (making || !state.voters().get(0).equals(self.id()) || result.judgement() != Change.DONE) {
            callback.failed(new Failure(Failure.Kind.TIMED_OUT, Outcome.UNKNOWN, 0, 0, "not now"));
        } else {
            make(result.state(), () -> callback.made(state));
        }
    }

    ClusterState state() {
        return state;
    }

    NodeId self() {
        return self.id();
    }

    private void seek() {
        if (ended || state != null) {
            return;
        }
        for (Address contactPoint : founding.others()) {
            lane.send(contactPoint, founding.seek());
        }
        foundIfPossible();
        tellWhatIsMissing();
        if (state == null) {
            long jitter = random.nextInt((int) Math.min(Integer.MAX_VALUE, 1 + seekInterval / 4));
            lane.lane().schedule(seekInterval + jitter, this::seek);
            seekInterval = Math.min(2 * seekInterval, SLOWEST_SEEK * settings.seekInterval());
        }
    }

    private void tellWhatIsMissing() {
        long now = lane.lane().nanoTime();
        if (state == null && now - lastToldWhatIsMissing > 100 * settings.seekInterval()) {
            lastToldWhatIsMissing = now;
            LOG.info("Node {} is not part of a cluster yet: {}", self.id(), founding.waitingFor());
        }
    }

    /** What this node waits for while it is not a member, for the error of a start that took too long. */
    public String waitingFor() {
        return founding.waitingFor();
    }

    private void answer(NodeId from, ClusterMessage.Seek seek) {
        if (state != null) {
            admit(from, seek.member());
            return;
        }
        String disagreement = founding.disagreement(from, seek.firstContactPoint());
        if (disagreement != null) {
            lane.send(from, new ClusterMessage.Rejected(disagreement));
            return;
        }
        founding.heard(from);
        lane.send(from, founding.seeking());
    }

    private void admit(NodeId from, Member asker) {
        if (state.member(asker.id()).isPresent()) {
            lane.send(from, new ClusterMessage.State(state));
        } else {
            lane.send(
                    from,
                    new ClusterMessage.Rejected("the cluster '" + state.name() + "' (" + state.id()
                            + ") exists already with "
                            + state.members().size() + " members, and node " + asker.id() + " at " + asker.address()
                            + " is none of them: this version cannot add members to a running cluster. Start the node with the"
                            + " data directory of a member, or found the cluster anew with all nodes"));
        }
    }

    private void seeking(NodeId from, ClusterMessage.Seeking seeking) {
        if (state != null) {
            return;
        }
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
        afterSync(() -> lane.send(founder, new ClusterMessage.Vote(self, founding.firstContactPoint())));
    }

    private void voted(NodeId from, ClusterMessage.Vote vote) {
        if (state != null) {
            admit(from, vote.member());
        } else if (founding.isFounder() && founding.disagreement(from, vote.firstContactPoint()) == null) {
            founding.voted(vote.member());
            foundIfPossible();
        }
    }

    private void foundIfPossible() {
        boolean patient = lane.lane().nanoTime() - seekingSince > PATIENCE_IN_SEEKS * settings.seekInterval();
        if (making || !founding.canFound(patient)) {
            return;
        }
        ClusterState planned = ClusterState.found(
                new ClusterId(random.nextIdentity()),
                settings.clusterName(),
                founding.founders(),
                settings.partitions(),
                List.of());
        // The founder is the only voter (docs/decisions/0002).
        ClusterState founded = new ClusterState(
                planned.id(),
                planned.line(),
                planned.name(),
                planned.epoch(),
                planned.members(),
                planned.removed(),
                planned.buckets(),
                planned.layout(),
                List.of(self.id()));
        LOG.info(
                "Founding cluster '{}' ({}) with {} members",
                founded.name(),
                founded.id(),
                founded.members().size());
        make(founded, () -> {});
    }

    private void rejected(NodeId from, ClusterMessage.Rejected rejected) {
        if (state == null) {
            refuse("node " + from + " refuses this node: " + rejected.reason());
        }
    }

    private void refuse(String reason) {
        ended = true;
        lane.refused(reason);
    }

    private void told(NodeId from, ClusterState newer) {
        if (state == null) {
            if (newer.member(self.id()).isPresent()) {
                adopt(newer);
            }
            return;
        }
        if (!newer.id().equals(state.id())) {
            LOG.warn(
                    "Node {} sent the state of another cluster, {}; this one is {}. It is ignored",
                    from,
                    newer.id(),
                    state.id());
        } else if (newer.epoch() > state.epoch()) {
            adopt(newer);
        } else if (newer.epoch() == state.epoch() && !newer.equals(state)) {
            lane.failed(new IllegalStateException("node " + from + " knows another cluster state of epoch "
                    + state.epoch() + " than this node: epochs have forked"));
        }
    }

    /** Makes a state of a new epoch known: first to this node's disk, then to itself, then to all others. */
    void make(ClusterState next, Runnable then) {
        store.keep(next);
        making = true;
        afterSync(() -> {
            making = false;
            adopt(next);
            for (Member member : next.members()) {
                if (!member.id().equals(self.id())) {
                    lane.send(member.id(), new ClusterMessage.State(next));
                }
            }
            then.run();
        });
    }

    /** Whether a new epoch is on its way to the disk. */
    boolean isMaking() {
        return making;
    }

    private void adopt(ClusterState newer) {
        // A full disk refuses it: then nothing of it is known here, and it is asked for again.
        store.keep(newer);
        become(newer);
    }

    private void become(ClusterState newer) {
        state = newer;
        for (Member member : newer.members()) {
            if (!member.id().equals(self.id())) {
                lane.learn(member);
            }
        }
        lane.published(newer);
        creation.learned();
    }

    private void afterSync(Runnable task) {
        storage.sync(new StorageEngine.Completion() {
            @Override
            public void succeeded() {
                lane.lane().execute(() -> {
                    if (!ended) {
                        task.run();
                    }
                });
            }

            @Override
            public void failed(StorageException failure) {
                lane.lane().execute(() -> lane.failed(failure));
            }
        });
    }
}
