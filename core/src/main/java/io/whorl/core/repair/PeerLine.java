package io.whorl.core.repair;

import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * All that one lane says to the same lanes of one peer for repair: one summary a round of what has changed, and questions, few at a
 * time. A round looks at every exchange; an answer only takes the next from the queue, so that catching up costs in proportion to
 * what is asked.
 */
final class PeerLine {
    /** How many questions may be open at a time, so that a long absence is made up for in small steps. */
    private static final int MOST_OPEN = 64;

    private final NodeId peer;
    private final ReplicaLane lane;
    private final LongSupplier numbers;
    private final RepairSettings settings;
    private final Streams streams;
    private final Budget budget;
    private final News news;
    private final Map<ReplicaId, Exchange> exchanges = new TreeMap<>();
    private final Deque<Exchange> due = new ArrayDeque<>();
    private final Set<Exchange> open = new LinkedHashSet<>();
    private long run;
    private boolean met;
    private int roundsSinceMet;
    private boolean waking;
    private boolean quiet;
    private long quietUntil;

    PeerLine(
            NodeId peer,
            ReplicaLane lane,
            LongSupplier numbers,
            RepairSettings settings,
            Streams streams,
            Budget budget) {
        this.peer = peer;
        this.lane = lane;
        this.numbers = numbers;
        this.settings = settings;
        this.streams = streams;
        this.budget = budget;
        this.news = new News(peer, lane, numbers, settings);
    }

    /** A replica of this side has taken itself anew: neither side knows anything of it any more, and the peer is asked at once. */
    void anew(ReplicaId replica) {
        Exchange exchange = exchanges.get(replica);
        if (exchange != null) {
            if (open.remove(exchange) && exchange.isAsked()) {
                budget.spend(-settings.batchBytes());
            }
            exchange.reset(false);
            exchange.verify(true);
            streams.leave(replica, peer);
            news.anew(replica);
            round();
        }
    }

    void add(Exchange exchange) {
        exchanges.put(exchange.replica().id(), exchange);
        news.add(exchange);
    }

    /** The two share this replica no longer, or are to begin anew with it. */
    void remove(Exchange exchange, boolean keepsReplica) {
        ReplicaId id = exchange.replica().id();
        exchanges.remove(id);
        due.remove(exchange);
        if (open.remove(exchange) && exchange.isAsked()) {
            budget.spend(-settings.batchBytes());
        }
        if (keepsReplica) {
            exchange.taking().giveUp();
        } else {
            exchange.taking().abandon();
        }
        streams.leave(id, peer);
        news.remove(id);
    }

    /** The peer may have forgotten what it was told of this replica. */
    void tellAgain(ReplicaId replica) {
        news.tellAgain(replica);
    }

    /** Something is known to be lacking: it is asked for now. */
    void ask(Exchange exchange) {
        exchange.look(true);
        if (exchange.isDue() && !due.contains(exchange)) {
            due.add(exchange);
        }
        ask();
    }

    /** The peer is connected, perhaps as another run, of which nothing is known then. */
    void connected(long newRun) {
        release();
        if (met && run == newRun) {
            interrupted();
        } else {
            boolean resumes = lane.has(PlantedBug.STREAM_RESUMED_ACROSS_RESTART);
            for (Exchange exchange : exchanges.values()) {
                count(exchange.taking().isOpen() && !resumes, Counter.STREAMS_RESTARTED);
                exchange.reset(resumes);
                streams.leave(exchange.replica().id(), peer);
            }
            news.reset();
        }
        met = true;
        run = newRun;
        roundsSinceMet = 0;
        quiet = false;
        round();
    }

    /** What was asked or told last will not be answered; what is known of the peer's run stays true. */
    void interrupted() {
        release();
        for (Exchange exchange : exchanges.values()) {
            exchange.interrupted();
            streams.leave(exchange.replica().id(), peer);
        }
        news.interrupted();
    }

    /** Nothing is open any more; what was set aside for answers that will not come is free again. */
    private void release() {
        long unanswered = open.stream().filter(Exchange::isAsked).count();
        budget.spend(-unanswered * settings.batchBytes());
        open.clear();
    }

    private void count(boolean happened, Counter counter) {
        if (happened) {
            lane.meters().add(counter);
        }
    }

    // ---- rounds

    /** Looks for everything that is to be asked or told, and begins with it; whether there is any, or was, and is not answered. */
    boolean round() {
        due.clear();
        long now = lane.lane().nanoTime();
        for (Exchange exchange : exchanges.values()) {
            expire(exchange, now);
        }
        if (!lane.isReachable(peer)) {
            return false;
        }
        news.tell();
        boolean busy = news.isOpen();
        boolean atOnce = roundsSinceMet++ < 2;
        for (Exchange exchange : exchanges.values()) {
            exchange.look(atOnce);
            exchange.looked();
            if (exchange.isDue()) {
                due.add(exchange);
            }
            busy |= exchange.isBusy();
        }
        ask();
        return busy;
    }

    private void expire(Exchange exchange, long now) {
        boolean streaming = exchange.taking().isOpen();
        exchange.expire(now);
        count(streaming && !exchange.taking().isOpen(), Counter.STREAMS_RESTARTED);
        if (!exchange.isOpen() && open.remove(exchange)) {
            budget.spend(-settings.batchBytes());
        }
        if (!exchange.taking().isOpen()) {
            streams.leave(exchange.replica().id(), peer);
        }
    }

    /** A write did not reach the peer: it is told soon, so that it can ask. */
    void replicationFailed(ReplicaId replica) {
        news.urge(replica);
    }

    // ---- what the two sides tell each other

    /** The peer told what it has seen; it is asked at once for what it says to be urgent. */
    void heard(long peerRun, long epoch, RepairMessage.Summary summary) {
        for (Exchange exchange : news.heard(peerRun, epoch, summary)) {
            exchange.look(true);
            if (exchange.isDue() && !due.contains(exchange)) {
                due.add(exchange);
            }
        }
        ask();
    }

    /** The peer said of which sections it knows now all that this side has seen. */
    void answered(long epoch, RepairMessage.SummaryAnswer answer) {
        news.answered(epoch, answer);
    }

    // ---- asking

    private void ask() {
        long now = lane.lane().nanoTime();
        if ((quiet && now - quietUntil < 0) || !lane.hasSpace()) {
            return;
        }
        while (open.size() < MOST_OPEN && !due.isEmpty()) {
            Exchange exchange = due.poll();
            if (!exchange.isDue()) {
                continue;
            }
            if (!budget.grants(now, lane.underWay())) {
                due.addFirst(exchange);
                wake();
                return;
            }
            if (exchange.ask(lane, numbers.getAsLong(), streams)) {
                open.add(exchange);
                budget.spend(settings.batchBytes());
            }
        }
    }

    private void wake() {
        if (!waking) {
            waking = true;
            lane.lane().schedule(budget.wait(lane.underWay()), () -> {
                waking = false;
                ask();
            });
        }
    }

    private boolean closes(Exchange exchange, long number, long bytes) {
        boolean mine = exchange.closes(number, lane.lane().nanoTime());
        if (mine) {
            open.remove(exchange);
            budget.spend(bytes - settings.batchBytes());
            lane.meters().add(Counter.REPAIR_BYTES, bytes);
        }
        return mine;
    }

    /** What follows from an answer is asked before anything else. */
    private void goOn(Exchange exchange) {
        if (exchange.isDue()) {
            due.addFirst(exchange);
        }
        ask();
    }

    void answered(Exchange exchange, ReplicaMessage.PullAnswer answer) {
        if (closes(exchange, answer.request(), Sizes.of(answer.entries()))) {
            ReplicaId id = answer.replica();
            if (exchange.answered(lane, answer) && streams.enter(id, peer)) {
                lane.meters().add(Counter.STREAMS_BEGUN);
                exchange.streams(lane.lane().nanoTime());
            }
            goOn(exchange);
        }
    }

    void answered(Exchange exchange, ReplicaMessage.StreamAnswer answer) {
        if (!closes(exchange, answer.request(), Sizes.of(answer.entries()))
                || !exchange.taking().isOpen()) {
            return;
        }
        if (exchange.taking().arrived(lane, answer)) {
            open.add(exchange);
            walk(exchange, answer);
        } else {
            giveUp(exchange);
            goOn(exchange);
        }
    }

    private void walk(Exchange exchange, ReplicaMessage.StreamAnswer answer) {
        if (!exchange.local().isSound() || !exchange.taking().isWalking(answer)) {
            return;
        }
        if (exchange.taking().step(lane)) {
            lane.lane().execute(() -> walk(exchange, answer));
            return;
        }
        open.remove(exchange);
        if (!exchange.taking().isOpen()) {
            streams.leave(answer.replica(), peer);
            exchange.catchUp().caughtUp(exchange.replica(), lane);
        }
        goOn(exchange);
    }

    void pushed(Exchange exchange, long number) {
        if (closes(exchange, number, 0)) {
            exchange.pushed();
            goOn(exchange);
        }
    }

    void refused(Exchange exchange, ReplicaMessage.Refuse refuse) {
        if (!closes(exchange, refuse.request(), 0)) {
            return;
        }
        exchange.refused();
        if (refuse.reason() == Refusal.OVERLOADED) {
            quiet = true;
            quietUntil = lane.lane().nanoTime() + settings.interval();
        } else if (exchange.taking().isOpen()) {
            giveUp(exchange);
        }
        ask();
    }

    private void giveUp(Exchange exchange) {
        lane.meters().add(Counter.STREAMS_RESTARTED);
        exchange.taking().giveUp();
        streams.leave(exchange.replica().id(), peer);
    }
}
