package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.quorum.ReadTally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.quorum.Zones;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.Closings;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.Dot;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A get: of the first N reachable nodes of the preference list it asks the R nearest, one of them for values and the others for dots
 * and context only, joins their answers, fetches values where the dots differ, and repairs the holders that lacked something. A node that
 * refuses or is lost is replaced by the next one down the list, which may hold hints. A strict get asks holders alone, of a moving slot
 * the old one.
 *
 * <p>Once the lane knows an epoch in which the slots have changed, it begins anew, and nothing that was answered before counts. A node
 * that is ahead, or has stopped to be read, is a sign that such an epoch is on its way: then it is waited for, instead of failing.
 *
 * <p>What is slow is hedged: after the usual time somebody else is asked for values, or one node more, {@value #MOST_HEDGES} times at
 * the most ("The Tail at Scale", CACM 2013).
 *
 * <p>Source: replication.md, "Get"; Dynamo, SOSP 2007, section 4.6.
 */
public final class Get implements Request {
    private static final int MOST_HEDGES = 2;
    /** While nothing is known of a node, it is late after this part of the read's time; and never later than that. */
    private static final int LONGEST_PART = 8;

    private final RequestLane lane;
    private final Order order;
    private final Callback<ReadResult> callback;
    private final Ending<ReadResult> ending;
    private final Closings closings;
    private final Answers answers = new Answers();
    private ReplicaSlots slots;
    private long changed;
    private boolean awaitsEpoch;
    private final List<NodeId> unasked = new ArrayList<>();
    private long number;
    private long longest;
    private ReadTally tally;
    private NodeId bringer;
    private int timers;
    private Lane.Timer timer;
    private String lastRefusal = "";
    private String mismatch;

    private Get(RequestLane lane, Order order, Callback<ReadResult> callback) {
        this.lane = lane;
        this.order = order;
        this.callback = callback;
        this.ending = new Ending<>(lane, callback);
        this.closings = lane.state().closings();
    }

    /** Coordinates a read. */
    public static void begin(RequestLane lane, Order order, Callback<ReadResult> callback) {
        new Get(lane, order, callback).run(callback);
    }

    private void run(Callback<ReadResult> callback) {
        plan();
        if (unasked.size() < tally.required()) {
            callback.failed(unavailable());
            return;
        }
        longest = order.left(lane.lane()) / LONGEST_PART;
        number = ending.enter(this, order.deadlineNanos(), this::timedOut);
        askFirst();
    }

    private void plan() {
        ClusterState state = lane.state();
        KeySlots key = lane.slots(order.id(), order.bucket());
        slots = key.slots();
        changed = order.changed(state);
        answers.clear();
        bringer = null;
        timers = 0;
        awaitsEpoch = false;
        tally = ReadTally.of(order.readQuorum(slots));
        unasked.clear();
        addThoseWhoCanAnswer(slots.readers());
        if (!order.strict()) {
            addThoseWhoCanAnswer(key.fallbacks());
        }
    }

    private void addThoseWhoCanAnswer(List<NodeId> nodes) {
        for (NodeId node : nodes) {
            if (canAnswer(node)) {
                unasked.add(node);
            }
        }
    }

    private Failure unavailable() {
        return Failures.unavailable(order, tally.required(), unasked.size(), "the read");
    }

    @Override
    public void slotsChanged(ClusterState state) {
        if (ending.hasLeft()) {
            return;
        }
        Optional<Failure> dropped = order.dropped(state);
        if (dropped.isPresent()) {
            fail(dropped.get());
        } else if (order.changed(state) != changed) {
            lane.meters().add(Counter.REQUESTS_PLANNED_ANEW);
            if (timer != null) {
                timer.cancel();
            }
            number = ending.reenter(this);
            plan();
            if (unasked.size() < tally.required()) {
                fail(unavailable());
            } else {
                askFirst();
            }
        }
    }

    /**
     * As many as are required, of the first N that can be asked; the rest of those are asked first if one of them is late or fails. Any R
     * of the first N meet every write quorum.
     */
    private void askFirst() {
        int first = Math.min(slots.places(), unasked.size());
        List<NodeId> order = preferred(unasked, first);
        unasked.subList(0, first).clear();
        unasked.addAll(0, order);
        for (int asked = 0; asked < tally.required() && !unasked.isEmpty(); asked++) {
            ask(unasked.remove(0));
        }
        proceed();
        setTimer();
    }

    /** A holder in doubt does not answer, and so does not ask itself. */
    private boolean canAnswer(NodeId node) {
        boolean own = node.equals(lane.self());
        return own ? lane.replica(order.id()).isPresent() || !isHolder(node) : lane.isReachable(node);
    }

    private boolean isHolder(NodeId node) {
        return slots.isReader(node);
    }

    /**
     * Of so many of the nodes this one first, then those in its zone, and those that were silent lately last: the first that answers
     * in full is asked for values.
     */
    private List<NodeId> preferred(List<NodeId> nodes, int first) {
        List<NodeId> order = new ArrayList<>(first);
        String here = Zones.zone(lane.state(), lane.self());
        int[] ranks = new int[first];
        for (int i = 0; i < first; i++) {
            NodeId node = nodes.get(i);
            int rank = rank(node, here);
            int at = order.size();
            for (; at > 0 && ranks[at - 1] > rank; at--) {
                ranks[at] = ranks[at - 1];
            }
            ranks[at] = rank;
            order.add(at, node);
        }
        return order;
    }

    private int rank(NodeId node, String here) {
        if (node.equals(lane.self())) {
            return 0;
        }
        int near = Zones.zone(lane.state(), node).equals(here) ? 1 : 2;
        return lane.isSilent(node) ? 2 + near : near;
    }

    /** Asks a node, for values unless somebody brings them already; or the next one, if it cannot be asked. */
    private void ask(NodeId node) {
        tally = tally.ask(node, isHolder(node));
        if (node.equals(lane.self())) {
            readHere();
            return;
        }
        boolean values = bringer == null;
        if (send(node, values)) {
            lane.readLatencies().asked(node, number, lane.lane().nanoTime());
            if (values) {
                bringer = node;
            }
        } else {
            replace(node);
        }
    }

    private boolean send(NodeId node, boolean values) {
        ReplicaMessage.Read read = new ReplicaMessage.Read(
                number,
                order.id(),
                order.bucket().fingerprint(),
                order.key(),
                values,
                order.strict(),
                order.left(lane.lane()));
        return lane.send(node, read) == SendResult.SENT;
    }

    private void readHere() {
        NodeId self = lane.self();
        try {
            Optional<Replica> own = isHolder(self) ? lane.replica(order.id()) : Optional.empty();
            if (isHolder(self) && lane.hasStopped(order.id().partition())) {
                awaitsEpoch = true;
                lastRefusal = "this node's slot is about to move";
                replace(self);
            } else if (own.isPresent() && order.strict() && !own.get().answersStrictReads()) {
                lastRefusal = own.get().reason();
                replace(self);
            } else if (own.isPresent()) {
                answer(self, own.get().excerpt(order.key()).filled());
                bringer = self;
            } else {
                answer(self, lane.hints().held(order.id(), order.key()));
            }
        } catch (InDoubtException e) {
            lastRefusal = e.getMessage();
            replace(self);
        }
    }

    private void answer(NodeId from, Record filled) {
        answers.add(from, filled);
        tally = tally.answer(from, !filled.history().isEmpty());
    }

    /** A node will not answer: the next one down the list is asked in its place. */
    private void replace(NodeId node) {
        ReadTally next = tally.fail(node);
        answers.lost(node);
        if (node.equals(bringer)) {
            bringer = null;
        }
        if (next != tally) {
            tally = next;
            askNext();
        }
    }

    private boolean askNext() {
        for (int i = 0; i < unasked.size(); i++) {
            if (canAnswer(unasked.get(i))) {
                ask(unasked.remove(i));
                return true;
            }
        }
        return false;
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (ending.hasLeft()) {
            return;
        }
        if (answer instanceof ReplicaMessage.ReadAnswer read) {
            answer(from, read.record().fill(read.bases()));
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
            if (refuse.reason() == Refusal.BUCKET_MISMATCH) {
                mismatch = "node " + from + ": " + refuse.detail();
            }
            awaitsEpoch |= refuse.reason() == Refusal.STALE_EPOCH || refuse.reason() == Refusal.MOVING;
            if (refuse.reason() == Refusal.STALE_EPOCH) {
                // Whoever else is asked may know of the new epoch too.
                tally = tally.fail(from);
                answers.lost(from);
            } else {
                replace(from);
            }
        }
        proceed();
    }

    @Override
    public void disconnected(NodeId node) {
        if (!ending.hasLeft()) {
            replace(node);
            proceed();
        }
    }

    private void proceed() {
        Verdict verdict = ending.hasLeft() ? Verdict.WAITING : tally.verdict();
        if (verdict == Verdict.WAITING || (verdict == Verdict.IMPOSSIBLE && awaitsEpoch)) {
            return;
        }
        if (verdict == Verdict.IMPOSSIBLE) {
            fail(
                    mismatch == null
                            ? Failures.failed(tally, Outcome.NOT_APPLIED, "the read", lastRefusal)
                            : Failures.mismatch(mismatch));
            return;
        }
        Record joined = answers.joined();
        if (joined.isComplete()) {
            finish(joined);
        } else if (!isAwaited(bringer)) {
            fetchValues(joined);
        }
    }

    private boolean isAwaited(NodeId node) {
        return node != null && tally.isOutstanding(node);
    }

    /** Asks for values those nodes whose answers named dots that nobody has given a value for. */
    private void fetchValues(Record joined) {
        for (Dot dot : answers.missing(joined)) {
            if (!answers.isFetched(dot) && !fetch(dot) && tally.isExhausted() && !awaitsEpoch) {
                fail(Failures.failed(
                        tally, Outcome.NOT_APPLIED, "the read", "no replica could give a sibling's value"));
                return;
            }
        }
    }

    /** Asks one more node that has named the dot for its value; false if there is none. */
    private boolean fetch(Dot dot) {
        for (NodeId node : answers.whoHas(dot)) {
            boolean sent = send(node, true);
            answers.fetchesFrom(node, sent);
            if (sent) {
                return true;
            }
        }
        return false;
    }

    /** After the time that the nodes asked now usually take, the read is hedged. */
    private void setTimer() {
        if (ending.hasLeft() || timers == MOST_HEDGES) {
            return;
        }
        timers++;
        timer = lane.lane().schedule(Math.min(longest, usual()), () -> {
            hedge();
            setTimer();
        });
    }

    /** When as many as are still needed have usually answered, the one that brings values among them. */
    private long usual() {
        List<NodeId> awaited = tally.outstanding();
        int needed = tally.required() - tally.answered();
        long[] times = new long[awaited.size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = patience(awaited.get(i));
        }
        Arrays.sort(times);
        long quorum = needed < 1 || needed > times.length ? 0 : times[needed - 1];
        long usual = Math.max(quorum, isAwaited(bringer) ? patience(bringer) : 0);
        return usual == 0 ? longest : usual;
    }

    private long patience(NodeId node) {
        return lane.readLatencies().patience(node).orElse(longest);
    }

    private void hedge() {
        // Whoever is late may stay away from now on, if fallbacks can stand in.
        tally = tally.overdue();
        if (lane.isBusy()) {
            proceed();
            return;
        }
        if (isAwaited(bringer)) {
            bringer = null;
        }
        if (tally.verdict() == Verdict.WAITING ? askNext() : fetchElsewhere()) {
            lane.meters().add(Counter.HEDGES);
        }
        proceed();
    }

    private boolean fetchElsewhere() {
        List<Dot> missing = answers.missing(answers.joined());
        return !missing.isEmpty() && fetch(missing.get(0));
    }

    private void leave() {
        ending.leave();
        if (timer != null) {
            timer.cancel();
        }
    }

    private void finish(Record joined) {
        leave();
        Closings now = lane.state().closings();
        if (now.closed().newest() != closings.closed().newest()) {
            // Answers from before a closing and from after it do not join: what nobody has any more would seem
            // superseded.
            begin(lane, order, callback);
            return;
        }
        ReadResult result = ReadResult.of(joined, order.bucket().options().conflicts());
        lane.timestamps().returning(result, lane.lane().wallMillis());
        ending.succeed(result);
        // Last, because storing may fail: the caller has the answer by then.
        if (now.freeze().isEmpty() && closings.freeze().isEmpty()) {
            // Who answered before he had reported of frozen runs may have lost since what this would hand on.
            new ReadRepair(lane, order).repair(answers, joined);
        }
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.NOT_APPLIED, tally.answered(), tally.required(), detail));
    }

    private void timedOut() {
        tally.outstanding().forEach(lane::unanswered);
        fail(Failures.timedOut(tally.answered(), tally.required(), "the read"));
    }

    private void fail(Failure failure) {
        leave();
        ending.fail(failure);
    }
}
