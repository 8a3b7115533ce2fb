package io.whorl.core.node;

import io.whorl.core.closing.Fitness;
import io.whorl.core.closing.Resolution;
import io.whorl.core.handoff.HintStore;
import io.whorl.core.message.ClosingMessage.Seen;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.DurableLine;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.Closings;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/** What closed and frozen runs mean on one lane: to what arrives, to its replicas, and to its hints. */
final class LaneClosings {
    private final HeldReplicas replicas;
    private final HintStore hints;
    private final Optional<PlantedBug> bug;
    private Closings closings = Closings.NONE;

    LaneClosings(HeldReplicas replicas, HintStore hints, Optional<PlantedBug> bug) {
        this.replicas = replicas;
        this.hints = hints;
        this.bug = bug;
    }

    /** Which runs one replica of this lane names at the most, and which all of them do. */
    record Named(int most, Set<Long> runs) {}

    /** There is a new cluster state. A replica of which something cannot be read says so by its standing. */
    void learn(Closings newer, DurableLine durableLine) {
        boolean closed = newer.closed().newest() > closings.closed().newest();
        closings = newer;
        if (closed) {
            hints.learn(newer.closed());
            for (Replica replica : replicas.all()) {
                if (opened(replica)) {
                    durableLine.touched(replica);
                }
            }
        }
    }

    /** The runs that are closed, as far as this lane knows. */
    ClosedRuns closed() {
        return closings.closed();
    }

    /** A replica learns what is closed; false if something of it could not be read, which its standing tells too. */
    boolean opened(Replica replica) {
        try {
            replica.learn(closings.closed());
            return true;
        } catch (InDoubtException e) {
            return false;
        }
    }

    /** Whether the message says closed as of a number that this lane does not know yet: it needs a newer cluster state. */
    boolean isAhead(Message message) {
        return Resolution.newest(message) > closings.closed().newest();
    }

    /** The message with sets of dots that know what is closed. */
    <M extends Message> M resolved(M message) {
        return Resolution.newest(message) == 0 ? message : Resolution.resolved(message, closings.closed());
    }

    /** Whether what a message names of frozen or closed runs may be taken from who had not reported of them yet. */
    private boolean takes(Message message, long asOf) {
        DotSet doubtful = Fitness.doubtful(message, closings, asOf);
        if (doubtful.isEmpty()
                || bug.filter(PlantedBug.CLOSED_WITHOUT_FREEZE::equals).isPresent()) {
            return true;
        }
        boolean stored = !(message instanceof HintMessage.Keep) && !(message instanceof ReplicaMessage.ReadAnswer);
        Replica replica = replicas.held(replicaOf(message));
        return stored && (replica == null || replica.takes(doubtful));
    }

    /** Has a message taken up, unless its sender may have lost since what it would bring; then it is refused. */
    void admit(NodeId from, long run, long epoch, long asOf, ReplicaMessage said, Dispatch dispatch, PeerInbox inbox) {
        ReplicaMessage message = resolved(said);
        if (takes(message, asOf)) {
            dispatch.take(from, run, epoch, message);
        } else if (message instanceof ReplicaMessage.ReadAnswer answer) {
            dispatch.take(from, run, epoch, refusal(answer));
        } else {
            inbox.refuseFrozen(from, run, message);
        }
    }

    /** As above. */
    void admit(NodeId from, long run, long epoch, long asOf, RepairMessage said, Dispatch dispatch, PeerInbox inbox) {
        RepairMessage message = resolved(said);
        if (message instanceof RepairMessage.Push && !takes(message, asOf)) {
            inbox.refuseFrozen(from, run, message);
        } else {
            dispatch.take(from, run, epoch, message);
        }
    }

    /** What counts instead of an answer that may not be taken: the node will not answer. */
    private static ReplicaMessage.Refuse refusal(ReplicaMessage.ReadAnswer answer) {
        String detail = "it answered as of a time before runs were closed";
        return new ReplicaMessage.Refuse(answer.request(), answer.replica(), Refusal.FROZEN, detail);
    }

    private static ReplicaId replicaOf(Message message) {
        return message instanceof RepairMessage.Push push ? push.replica() : ((ReplicaMessage) message).replica();
    }

    /**
     * Whether all replicas of this lane have what was seen of the runs closed as of a number: those that were there then, and that have
     * peers to get it from.
     */
    boolean hasTakenUp(long number, ClusterState state) {
        for (Replica replica : replicas.all()) {
            boolean there = replica.bucket().number() <= number;
            boolean alone = state.replicaNodes(replica.bucket(), replica.id().partition())
                            .size()
                    < 2;
            if (there && !alone && (!replica.exchanges() || replica.seen().closed() < number)) {
                return false;
            }
        }
        return true;
    }

    /** The runs that this lane's replicas name, but for this one. */
    Named named(long own) {
        int most = 0;
        Set<Long> all = new TreeSet<>();
        for (Replica replica : replicas.all()) {
            Set<Long> runs = new TreeSet<>();
            for (Actor actor : replica.seen().actors()) {
                if (actor.run() != own) {
                    runs.add(actor.run());
                }
            }
            most = Math.max(most, runs.size());
            all.addAll(runs);
        }
        return new Named(most, all);
    }

    /**
     * What this lane's replicas have seen of runs.
     *
     * @param freeze the freeze that this is a report for; 0: in advance
     * @param runs which runs, where it is in advance
     * @return empty if it cannot be said, or if hints name such a run
     */
    Optional<List<Seen>> report(long freeze, List<Long> runs) {
        boolean known = freeze == 0
                || closings.freeze().filter(each -> each.number() == freeze).isPresent();
        LongPredicate concerned = run -> closings.number(run) != 0 || (freeze == 0 && runs.contains(run));
        boolean asksHints = bug.filter(PlantedBug.HINTS_NOT_ASKED::equals).isEmpty();
        if (!known || (asksHints && hints.mayName(concerned))) {
            return Optional.empty();
        }
        List<Seen> seen = new ArrayList<>();
        for (Replica replica : replicas.all()) {
            Optional<Long> fingerprint = replica.report(freeze, concerned);
            if (fingerprint.isEmpty()) {
                return Optional.empty();
            }
            if (fingerprint.get() != 0) {
                seen.add(new Seen(replica.id(), fingerprint.get()));
            }
        }
        return Optional.of(seen);
    }
}
