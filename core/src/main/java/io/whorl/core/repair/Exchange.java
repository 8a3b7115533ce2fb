package io.whorl.core.repair;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one of this node's replicas and the same replica of one peer know of each other, and the question that is open between
 * them, if any. Questions carry everything that their answer needs, so the answering side keeps no state, and a lost message costs
 * a timeout.
 */
final class Exchange {
    private final Replica replica;
    private final NodeId peer;
    private final Settings settings;
    private DotSet toldSeen;
    private DotSet toldDurable;
    private DotSet askedSeen;
    private DotSet askedDurable;
    private DotSet peerSeen = DotSet.empty();
    private DotSet peerDurable = DotSet.empty();
    private long question;
    private long askedAt;
    private DotSet streamed;
    private byte[] streamedUpTo;
    private boolean caughtUp;

    /**
     * @param batchBytes how many bytes one answer may have, about
     * @param patienceNanos after how long a question counts as lost
     * @param bug a planted bug, or null
     */
    record Settings(int batchBytes, long patienceNanos, PlantedBug bug) {}

    Exchange(Replica replica, NodeId peer, Settings settings) {
        this.replica = replica;
        this.peer = peer;
        this.settings = settings;
    }

    Replica replica() {
        return replica;
    }

    DotSet peerDurable() {
        return peerDurable;
    }

    /** The peer is another run than before, or the connection was interrupted: nothing is under way or known of it any more. */
    void reset() {
        toldSeen = null;
        toldDurable = null;
        peerSeen = DotSet.empty();
        peerDurable = DotSet.empty();
        caughtUp = false;
        abandon();
    }

    /** Whether this side has all that the peer had when it answered a question that was asked since the beginning. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    private void abandon() {
        question = 0;
        streamed = null;
        streamedUpTo = null;
        replica.giveUpStream(peer);
    }

    /** Whether there is something to ask or to tell; not of one that cannot even say what it has. */
    boolean isDue() {
        return replica.exchanges() && isNews();
    }

    private boolean isNews() {
        return !replica.seen().equals(toldSeen)
                || !replica.durable().equals(toldDurable)
                || !replica.seen().containsAll(peerSeen);
    }

    /** Whether a question is open that may still be answered. */
    boolean isWaiting(long now) {
        if (question != 0 && now - askedAt > settings.patienceNanos()) {
            abandon();
        }
        return question != 0;
    }

    /** Whether a question is open. */
    boolean isOpen() {
        return question != 0;
    }

    /** Asks for what this replica lacks, which tells the peer what it has; false if it could not be sent. */
    boolean pull(ReplicaLane lane, long number) {
        askedSeen = replica.seen();
        askedDurable = replica.durable();
        ask(
                lane,
                number,
                new ReplicaMessage.Pull(
                        number, replica.id(), replica.fingerprint(), askedSeen, askedDurable, settings.batchBytes()));
        return isOpen();
    }

    private void stream(ReplicaLane lane, long number) {
        ask(
                lane,
                number,
                new ReplicaMessage.Stream(
                        number, replica.id(), replica.fingerprint(), streamedUpTo, settings.batchBytes()));
    }

    private void ask(ReplicaLane lane, long number, ReplicaMessage message) {
        question = lane.send(peer, message) == SendResult.SENT ? number : 0;
        askedAt = lane.lane().nanoTime();
    }

    /** The peer told what it has seen. A run's seen-set only grows, so what was told before and arrives late takes nothing back. */
    void heard(DotSet seen, DotSet durable) {
        peerSeen = peerSeen.join(seen);
        peerDurable = peerDurable.join(durable);
    }

    /** An answer came. If it belongs to the open question, the question is closed, or the next one that follows from it is open. */
    void answered(ReplicaLane lane, ReplicaMessage.PullAnswer answer, long nextNumber) {
        if (answer.request() != question || question == 0) {
            return;
        }
        question = 0;
        heard(answer.seen(), answer.durable());
        List<Arrival> arrivals = new ArrayList<>(answer.entries().size());
        for (ReplicaMessage.Entry entry : answer.entries()) {
            arrivals.add(new Arrival(entry.key(), entry.record().fill(answer.seen()), entry.dots()));
        }
        if (!arrivals.isEmpty() && replica.receive(arrivals)) {
            lane.durableLine().touched(replica);
        }
        if (settings.bug() == PlantedBug.SEEN_WITHOUT_RECORDS) {
            replica.joinSeen(answer.seen());
        }
        if (answer.pruned()) {
            abandon();
            stream(lane, nextNumber);
            return;
        }
        toldSeen = askedSeen;
        toldDurable = askedDurable;
        caughtUp |= !answer.more();
        if (answer.more()) {
            pull(lane, nextNumber);
        }
    }

    /** The next stretch of a stream came; the question for the one after it is open then, unless it was the last. */
    void answered(ReplicaLane lane, ReplicaMessage.StreamAnswer answer, long nextNumber) {
        if (answer.request() != question || question == 0) {
            return;
        }
        question = 0;
        // What the peer had seen when the stream began is incorporated once every key was read at that instant or
        // later.
        streamed = streamed == null ? answer.seen() : streamed;
        if (replica.receiveStreamed(peer, streamed, arrivals(answer))) {
            lane.durableLine().touched(replica);
        }
        if (answer.upTo() != null) {
            streamedUpTo = answer.upTo();
            replica.passed(peer, answer.seen(), streamedUpTo);
            stream(lane, nextNumber);
            return;
        }
        replica.finishStream(peer, streamed);
        caughtUp = true;
        lane.durableLine().touched(replica);
        abandon();
    }

    /** The peer's records of the stretch, and for every key that only this side has: what the peer knows of it, filled. */
    private List<Arrival> arrivals(ReplicaMessage.StreamAnswer answer) {
        List<Arrival> arrivals = new ArrayList<>();
        Set<ByteKey> sent = new TreeSet<>();
        for (ReplicaMessage.Entry entry : answer.entries()) {
            sent.add(new ByteKey(entry.key()));
            arrivals.add(new Arrival(entry.key(), entry.record().fill(answer.seen()), DotSet.empty()));
        }
        if (settings.bug() == PlantedBug.SKIPPED_ABSENCE && replica.doubt().isPresent()) {
            return arrivals;
        }
        Record absent = Record.empty().fill(answer.seen());
        for (byte[] key : replica.keys(streamedUpTo, answer.upTo())) {
            if (!sent.contains(new ByteKey(key))) {
                arrivals.add(new Arrival(key, absent, DotSet.empty()));
            }
        }
        return arrivals;
    }

    /** The question was refused: it counts as not asked. */
    void refused(long number) {
        if (number == question) {
            abandon();
        }
    }
}
