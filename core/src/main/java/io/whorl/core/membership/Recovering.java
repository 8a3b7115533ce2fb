package io.whorl.core.membership;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NewLine;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Founds a new line of epochs when most voters are lost for good, because an operator says so. Runs on the cluster's lane.
 *
 * <p>All survivors have to agree, and none of them does while it reaches a majority of the voters: then the cluster can be changed in
 * the usual way. The newest state among them is where the new line begins. It is durable with whoever was asked before anybody else hears
 * of it, and is told to who is of the old line for ever after.
 */
final class Recovering {
    private static final Logger LOG = LoggerFactory.getLogger(Recovering.class);

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final RandomSource random;
    private final NodeId self;
    private Attempt attempt;

    private static final class Attempt {
        private final long request;
        private final List<NodeId> survivors;
        private final Changes.Listener listener;
        private final Map<NodeId, ClusterState> agreed = new TreeMap<>();
        private Lane.Timer deadline;

        Attempt(long request, List<NodeId> survivors, Changes.Listener listener) {
            this.request = request;
            this.survivors = survivors;
            this.listener = listener;
        }
    }

    Recovering(ClusterLane lane, Knowledge knowledge, RandomSource random, NodeId self) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.random = random;
        this.self = self;
    }

    void begin(List<NodeId> survivors, long timeoutNanos, Changes.Listener listener) {
        ClusterState known = knowledge.known();
        Optional<String> objection = attempt == null ? objection(known, survivors) : Optional.of("another one goes on");
        if (objection.isPresent()) {
            listener.failed(refused(objection.get()));
            return;
        }
        Attempt begun = new Attempt(random.nextLong(), survivors, listener);
        for (NodeId survivor : survivors) {
            if (!survivor.equals(self)
                    && !lane.send(survivor, new RecoveryMessage.Propose(begun.request, known.line(), survivors))) {
                listener.failed(new Failure(
                        Failure.Kind.QUORUM_UNAVAILABLE,
                        Outcome.NOT_APPLIED,
                        0,
                        survivors.size(),
                        "a recovery needs every survivor, but " + known.named(survivor)
                                + " cannot be reached: start it, or leave it out if it is lost too"));
                return;
            }
        }
        attempt = begun;
        begun.deadline = lane.lane().schedule(timeoutNanos, () -> {
            List<NodeId> missing = survivors.stream()
                    .filter(survivor -> !begun.agreed.containsKey(survivor))
                    .toList();
            fail(new Failure(
                    Failure.Kind.TIMED_OUT,
                    Outcome.NOT_APPLIED,
                    begun.agreed.size(),
                    survivors.size(),
                    "the recovery was not begun: " + missing + " did not answer before the deadline"));
        });
        agreed(self, begun.request, known);
    }

    void received(NodeId from, RecoveryMessage message) {
        if (message instanceof RecoveryMessage.Propose propose) {
            asked(from, propose);
        } else if (message instanceof RecoveryMessage.Agree agree) {
            agreed(from, agree.request(), agree.state());
        } else if (message instanceof RecoveryMessage.Objection objection
                && attempt != null
                && attempt.request == objection.request()) {
            fail(refused("node " + from + " does not agree: " + objection.reason()));
        }
    }

    private void asked(NodeId from, RecoveryMessage.Propose propose) {
        ClusterState known = knowledge.known();
        Optional<String> objection = known.line() == propose.line()
                ? objection(known, propose.survivors())
                : Optional.of("it is of another line of epochs");
        if (objection.isEmpty() && !propose.survivors().contains(from)) {
            objection = Optional.of("node " + from + " is none of the survivors that it names");
        }
        if (objection.isPresent()) {
            lane.send(from, new RecoveryMessage.Objection(propose.request(), objection.get()));
        } else {
            lane.send(from, new RecoveryMessage.Agree(propose.request(), known));
        }
    }

    /** Why this node does not take part; empty if it does. */
    private Optional<String> objection(ClusterState known, List<NodeId> survivors) {
        for (NodeId survivor : survivors) {
            if (known.member(survivor)
                    .filter(member -> member.status() != Member.Status.REMOVED)
                    .isEmpty()) {
                return Optional.of("node " + survivor + " is no member");
            }
        }
        if (!survivors.contains(self)) {
            return Optional.of("node " + self + " is none of the survivors; ask one of them");
        }
        List<NodeId> reached = known.voters().stream()
                .filter(voter -> voter.equals(self) || lane.isConnected(voter))
                .toList();
        if (2 * reached.size() > known.voters().size()) {
            return Optional.of(
                    "node " + self + " reaches " + reached.size() + " of the "
                            + known.voters().size()
                            + " voters, which is enough to change the cluster in the usual way: remove the nodes that are lost");
        }
        return Optional.empty();
    }

    private void agreed(NodeId from, long request, ClusterState state) {
        if (attempt == null || attempt.request != request || !attempt.survivors.contains(from)) {
            return;
        }
        attempt.agreed.put(from, state);
        if (attempt.agreed.size() == new TreeSet<>(attempt.survivors).size()) {
            found();
        }
    }

    private void found() {
        Attempt ended = attempt;
        ClusterState known = knowledge.known();
        ClusterState newest = known;
        for (ClusterState each : ended.agreed.values()) {
            newest = each.line() == known.line() && each.epoch() > newest.epoch() ? each : newest;
        }
        Optional<ClusterState> founded = NewLine.after(newest, ended.survivors, random.nextIdentity());
        if (founded.isEmpty()) {
            fail(refused("none of the survivors is an active member"));
            return;
        }
        ClusterState state = founded.get();
        if (!knowledge.adopt(state, known.line())) {
            fail(new Failure(
                    Failure.Kind.STORAGE_FULL, Outcome.NOT_APPLIED, 0, 0, "the disk of node " + self + " is full"));
            return;
        }
        attempt = null;
        ended.deadline.cancel();
        LOG.warn(
                "Node {}: an operator founds a new line of epochs with {} after the loss of most voters. It begins with epoch {};"
                        + " all others are removed for good",
                self,
                ended.survivors,
                state.epoch());
        knowledge.afterSync(() -> {
            ended.survivors.stream()
                    .filter(survivor -> !survivor.equals(self))
                    .forEach(survivor -> lane.send(survivor, new RecoveryMessage.Recovered(known.line(), state)));
            ended.listener.made(state);
        });
    }

    private static Failure refused(String why) {
        return new Failure(
                Failure.Kind.CHANGE_REFUSED, Outcome.NOT_APPLIED, 0, 0, "the cluster cannot be recovered so: " + why);
    }

    private void fail(Failure failure) {
        Attempt failed = attempt;
        if (failed != null) {
            attempt = null;
            failed.deadline.cancel();
            failed.listener.failed(failure);
        }
    }

    /** The node stops. */
    void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.NOT_APPLIED, 0, 0, detail));
    }
}
