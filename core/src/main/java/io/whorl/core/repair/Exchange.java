package io.whorl.core.repair;

import io.whorl.core.message.Message;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.Beyond;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;

/**
 * What one of this node's replicas takes from, and pushes to, the same replica of one peer: at most one question at a time.
 * Questions carry everything that their answer needs, so the answering side keeps no state, and a lost message costs a timeout.
 */
final class Exchange {
    private final LocalReplica local;
    private final Replica replica;
    private final NodeId peer;
    private final RepairSettings settings;
    private final Watermarks marks = new Watermarks();
    private final Taking taking;
    private final CatchUp catchUp = new CatchUp();
    private DotSet hashed = DotSet.empty();
    private long hash;
    private DotSet lookedAt = DotSet.empty();
    private boolean pulls;
    private boolean asks;
    private boolean holder;
    private boolean told;
    private long question;
    private boolean interrupted;
    private long askedAt;
    private long pushedUpTo;
    private long pushing;

    Exchange(LocalReplica local, NodeId peer, RepairSettings settings) {
        this.local = local;
        this.replica = local.replica();
        this.peer = peer;
        this.settings = settings;
        this.taking = new Taking(replica, peer);
    }

    LocalReplica local() {
        return local;
    }

    /**
     * What the peer is to this replica.
     *
     * @param source it is asked for what is lacking here; a former holder asks nobody, an incoming one only whom it takes from
     * @param holds what it has not seen durably stays in the dot log; a former holder is sent nothing any more
     */
    void is(boolean source, boolean holds) {
        asks = source;
        holder = holds;
    }

    boolean isHolder() {
        return holder;
    }

    Replica replica() {
        return replica;
    }

    Watermarks marks() {
        return marks;
    }

    Taking taking() {
        return taking;
    }

    /** The fingerprint of what the peer is known to have seen. */
    long theirFingerprint() {
        DotSet seen = marks.peerSeen();
        if (seen.equals(replica.seen())) {
            return local.fingerprint();
        }
        if (!seen.equals(hashed)) {
            hash = local.fingerprint(seen);
            hashed = seen;
        }
        return hash;
    }

    RepairStatus status(long now) {
        DotSet seen = replica.seen();
        return new RepairStatus(
                replica.id(),
                peer,
                marks.peerSeen().minus(seen).size(),
                seen.minus(marks.peerSeen()).size(),
                catchUp.sinceAnswer(now),
                catchUp.isCaughtUp(),
                taking.isOpen(),
                taking.keys(),
                taking.bytes());
    }

    /** The peer is another run than before: nothing is under way or known of it any more. */
    void reset(boolean resumesStream) {
        marks.reset();
        interrupted();
        lookedAt = DotSet.empty();
        pulls = false;
        pushedUpTo = 0;
        told = false;
        catchUp.reset();
        if (!resumesStream) {
            taking.giveUp();
        }
    }

    /** The connection was lost, or is another one: what was asked by the former may never be answered. */
    void interrupted() {
        question = 0;
        interrupted = taking.isOpen();
    }

    CatchUp catchUp() {
        return catchUp;
    }

    /**
     * The peer is to be asked until this side has caught up; not before it was told what this side has, for if it has seen the same, that
     * may be enough.
     *
     * @param anyway whether to ask it even then, because this side has forgotten what the peer has told
     */
    void verify(boolean anyway) {
        catchUp.verify(anyway);
        pulls |= told && catchUp.isVerifying();
    }

    /** The peer knows now what was told last; and perhaps has seen just the same. */
    void told(boolean equal, ReplicaLane lane) {
        if (marks.wasSent()) {
            told = true;
            if (equal && !catchUp.asksAnyway()) {
                catchUp.answered(lane.lane().nanoTime());
                catchUp.caughtUp(replica, lane);
            }
        }
        pulls |= told && catchUp.isVerifying();
        marks.confirmed();
    }

    private boolean lacks() {
        return !replica.seen().containsAll(marks.peerSeen());
    }

    /**
     * Looks whether to ask for what this side lacks: at once, or only if it lacked it at the last round already, since most of it is
     * on its way by itself.
     */
    void look(boolean atOnce) {
        // A question of verification that was refused is asked again until it is answered whole.
        pulls |= told && catchUp.isVerifying();
        pulls |= lacks() && (atOnce || !replica.seen().containsAll(lookedAt));
        // Also after a refusal: who has to be certain asks until there is an answer.
        pulls |= told && catchUp.isVerifying();
    }

    /** A round is over. */
    void looked() {
        lookedAt = marks.peerSeen();
    }

    /** Whether a question is open that may still be answered, or an answer is being worked on. */
    boolean isOpen() {
        return question != 0 || taking.isWalking();
    }

    /** Whether a question is open that may still be answered. */
    boolean isAsked() {
        return question != 0;
    }

    /** Whether the two have anything to do with each other, now or soon. */
    boolean isBusy() {
        return local.isSound()
                && (isOpen()
                        || taking.isOpen()
                        || catchUp.isVerifying()
                        || pushedUpTo < replica.lastRemnant()
                        || replica.isStreamed()
                        || lacks());
    }

    /** Gives up waiting for what has taken too long. */
    void expire(long now) {
        if (question != 0 && now - askedAt > settings.patience()) {
            question = 0;
        }
        if (taking.isOpen() && now - taking.progressAt() > settings.streamPatience()) {
            taking.giveUp();
        }
    }

    /** Whether there is something to ask; not of a replica in doubt. */
    boolean isDue() {
        return local.isSound() && !isOpen() && ((asks && (taking.isOpen() || mayPull())) || mayPush());
    }

    private boolean mayPull() {
        return pulls && (catchUp.isVerifying() || lacks());
    }

    /** Whether a remnant names what the peer may never ask for, and has not been told of. */
    boolean hasToPush() {
        return pushedUpTo < replica.lastRemnant() || replica.isStreamed();
    }

    /** Remnants are pushed when nothing that is under way will resolve them; what a stream has left is resolved by its end. */
    private boolean mayPush() {
        return pushedUpTo < local.ripe() && !replica.isStreamed();
    }

    /** Asks for the most important thing; false if nothing was asked after all. */
    boolean ask(ReplicaLane lane, long number, Streams streams) {
        if (asks && taking.isOpen()) {
            return streams.enter(replica.id(), peer) && stream(lane, number);
        }
        return asks && mayPull() ? pull(lane, number) : push(lane, number);
    }

    private boolean pull(ReplicaLane lane, long number) {
        DotSet seen = replica.seen();
        catchUp.lacks(marks.peerSeen().minus(seen).size());
        lane.meters().add(Counter.REPAIR_PULLS);
        return ask(
                lane,
                number,
                new ReplicaMessage.Pull(
                        number, replica.id(), replica.fingerprint(), seen, replica.durable(), settings.batchBytes()));
    }

    private boolean stream(ReplicaLane lane, long number) {
        if (interrupted && taking.upTo() != null) {
            lane.meters().add(Counter.STREAMS_RESUMED);
        }
        interrupted = false;
        return ask(
                lane,
                number,
                new ReplicaMessage.Stream(
                        number, replica.id(), replica.fingerprint(), taking.upTo(), settings.batchBytes()));
    }

    /** Tells the peer of remnants that name what nobody may ever ask for. */
    private boolean push(ReplicaLane lane, long number) {
        Beyond beyond = replica.beyond(pushedUpTo, local.ripe(), settings.batchBytes());
        if (beyond.entries().isEmpty() || lane.has(PlantedBug.REMNANT_KEPT)) {
            pushedUpTo = beyond.upTo();
            return false;
        }
        pushing = beyond.upTo();
        lane.meters().add(Counter.REMNANTS_PUSHED, beyond.entries().size());
        return ask(
                lane,
                number,
                new RepairMessage.Push(
                        number,
                        replica.id(),
                        replica.fingerprint(),
                        replica.seen().bases(),
                        beyond.entries()));
    }

    private boolean ask(ReplicaLane lane, long number, Message message) {
        question = lane.send(peer, message) == SendResult.SENT ? number : 0;
        askedAt = lane.lane().nanoTime();
        return question != 0;
    }

    /** Whether this is the answer to the open question, which is closed then. */
    boolean closes(long number, long now) {
        if (question == 0 || number != question) {
            return false;
        }
        question = 0;
        catchUp.answered(now);
        return true;
    }

    /** The peer gave what this side lacks, or a part of it; true if it no longer can, and the replica has to be streamed. */
    boolean answered(ReplicaLane lane, ReplicaMessage.PullAnswer answer) {
        marks.heard(answer.seen(), answer.durable());
        List<Arrival> arrivals = new ArrayList<>(answer.entries().size());
        for (ReplicaMessage.Entry entry : answer.entries()) {
            arrivals.add(new Arrival(entry.key(), entry.record().fill(answer.seen()), entry.dots()));
        }
        if (!arrivals.isEmpty() && replica.receive(arrivals)) {
            lane.durableLine().touched(replica);
        }
        lane.meters().add(Counter.REPAIR_ENTRIES, arrivals.size());
        if (lane.has(PlantedBug.SEEN_WITHOUT_RECORDS)) {
            replica.joinSeen(answer.seen());
        }
        if (answer.pruned()) {
            pulls = false;
            return true;
        }
        pulls = answer.more();
        if (!answer.more()) {
            catchUp.caughtUp(replica, lane);
        }
        return false;
    }

    /** The peer has joined what was pushed. */
    void pushed() {
        pushedUpTo = pushing;
    }

    /** The question was refused: it is asked again at a later round. */
    void refused() {
        pulls = false;
    }

    /** The peer can only give the whole replica. */
    void streams(long now) {
        catchUp.lacksMuch();
        taking.begin(now);
    }
}
