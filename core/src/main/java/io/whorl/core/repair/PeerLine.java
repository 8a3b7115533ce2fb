package io.whorl.core.repair;

import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * All exchanges with one peer, and the questions that wait until fewer are open. A round looks at every exchange; an answer only
 * takes the next from the queue, so that catching up costs in proportion to what is asked.
 */
final class PeerLine {
    /** How many questions may be open at a time, so that a long absence is made up for in small steps. */
    private static final int MOST_OPEN = 64;

    private final NodeId peer;
    private final ReplicaLane lane;
    private final LongSupplier numbers;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Deque<Exchange> due = new ArrayDeque<>();
    private int open;

    PeerLine(NodeId peer, ReplicaLane lane, LongSupplier numbers) {
        this.peer = peer;
        this.lane = lane;
        this.numbers = numbers;
    }

    void add(Exchange exchange) {
        exchanges.add(exchange);
    }

    /** The peer is connected anew: nothing is under way or known of it any more. */
    void reset() {
        exchanges.forEach(Exchange::reset);
        round();
    }

    /** Looks for everything that is to be asked or told, and begins with it. */
    void round() {
        due.clear();
        open = 0;
        if (!lane.isReachable(peer)) {
            return;
        }
        long now = lane.lane().nanoTime();
        for (Exchange exchange : exchanges) {
            if (exchange.isWaiting(now)) {
                open++;
            } else if (exchange.isDue()) {
                due.add(exchange);
            }
        }
        ask();
    }

    /** A question was answered or refused, and no other follows from it. */
    void closed() {
        open = Math.max(0, open - 1);
        ask();
    }

    private void ask() {
        while (open < MOST_OPEN && !due.isEmpty()) {
            Exchange exchange = due.poll();
            if (!exchange.isOpen() && exchange.isDue() && exchange.pull(lane, numbers.getAsLong())) {
                open++;
            }
        }
    }
}
