package io.whorl.core.membership;

import io.whorl.api.Outcome;
import io.whorl.core.agreement.AgreementStore;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Draft;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.StorageEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a voter was asked to change and has not changed yet. As many changes as fit together make the next epoch; what did not come
 * into the epoch that was decided is judged anew on it. Runs on the cluster's lane.
 *
 * <p>A change is answered as made only when the state in which it is made is known here, hence decided and durable; it is refused only for
 * what is so in a decided state.
 */
final class ChangeQueue implements Agreement.Listener {
    private static final int MOST_WAITING = 1_024;
    private static final int MOST_PATIENCE = 5;
    /** An attempt has up to so many times twice as long as the first one, if its predecessors have failed. */
    private static final int MOST_DOUBLINGS = 3;

    /** For how many attempts' time a question that is not asked again is worked on. */
    private static final int KEPT_ATTEMPTS = 10;

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final RandomSource random;
    private final NodeId self;
    private final long attemptTimeout;
    private final Agreement agreement;
    private final Map<Key, Entry> queue = new LinkedHashMap<>();
    private List<Entry> folded = List.of();
    private ClusterState proposed;
    private int collisions;
    private boolean retrying;
    private boolean pumping;

    /** Learns what became of a change; called once, on the cluster's lane. */
    interface Answer {
        /** It is made in this state, or was before. */
        void made(ClusterState state);

        /** It was not made, or that is not known. */
        void refused(Failure failure);
    }

    private record Key(NodeId asker, long request) {}

    private static final class Entry {
        private final Key key;
        private final Change change;
        private final Answer answer;
        private boolean proposed;
        private long until;

        Entry(Key key, Change change, Answer answer) {
            this.key = key;
            this.change = change;
            this.answer = answer;
        }
    }

    ChangeQueue(
            ClusterLane lane,
            Knowledge knowledge,
            StorageEngine storage,
            RandomSource random,
            NodeId self,
            long attemptTimeout) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.random = random;
        this.self = self;
        this.attemptTimeout = attemptTimeout;
        this.agreement = new Agreement(lane, knowledge, new AgreementStore(storage), self, this);
    }

    Agreement agreement() {
        return agreement;
    }

    /** A change that this node, a voter, is asked for; asked again, it goes on. */
    void add(NodeId asker, long request, Change change, Answer answer) {
        Key key = new Key(asker, request);
        Entry entry = queue.get(key);
        if (entry == null) {
            if (queue.size() >= MOST_WAITING) {
                answer.refused(new Failure(
                        Failure.Kind.OVERLOADED,
                        Outcome.NOT_APPLIED,
                        attemptTimeout,
                        0,
                        "voter " + self + " has " + MOST_WAITING + " changes of the cluster to make; try again later"));
                return;
            }
            entry = new Entry(key, change, answer);
            queue.put(key, entry);
        }
        entry.until = lane.lane().nanoTime() + KEPT_ATTEMPTS * attemptTimeout;
        pump();
    }

    /** Nobody waits for it any more; it may be made all the same. */
    void withdraw(NodeId asker, long request) {
        queue.remove(new Key(asker, request));
    }

    /** There is a new known state. */
    void known(ClusterState state) {
        collisions = 0;
        List<Entry> made = state.equals(proposed) ? folded : List.of();
        proposed = null;
        folded = List.of();
        agreement.known(state);
        for (Entry entry : made) {
            if (queue.remove(entry.key) != null) {
                entry.answer.made(state);
            }
        }
        pump();
    }

    /** The node stops: what it has not begun to propose is not made. */
    void abort(Failure.Kind kind, String detail) {
        for (Entry entry : List.copyOf(queue.values())) {
            refuse(entry, kind, detail, 0, 0);
        }
    }

    private void pump() {
        if (pumping || queue.isEmpty()) {
            return;
        }
        pumping = true;
        try {
            expire();
            turnAway();
            if (!retrying && agreement.mayPropose()) {
                fold();
            }
        } finally {
            pumping = false;
        }
    }

    private void expire() {
        long now = lane.lane().nanoTime();
        queue.values().removeIf(entry -> !entry.key.asker.equals(self) && entry.until - now < 0);
    }

    /** A node that has no vote any more tells who asks so, by its newest state; those know then whom to ask. */
    private void turnAway() {
        ClusterState known = knowledge.known();
        if (known != null && !known.voters().contains(self)) {
            List<Entry> all = List.copyOf(queue.values());
            queue.clear();
            for (Entry entry : all) {
                if (!entry.key.asker.equals(self)) {
                    lane.send(entry.key.asker, new ClusterMessage.State(known));
                }
            }
        }
    }

    private void fold() {
        ClusterState known = knowledge.known();
        Draft draft = new Draft(known);
        List<Entry> into = new ArrayList<>();
        for (Entry entry : List.copyOf(queue.values())) {
            Change.Judgement judgement = draft.apply(entry.change);
            if (judgement == Change.DONE) {
                into.add(entry);
            } else if (into.isEmpty() && judgement == Change.ALREADY) {
                queue.remove(entry.key);
                entry.answer.made(known);
            } else if (into.isEmpty() && judgement instanceof Change.Refused refused) {
                queue.remove(entry.key);
                entry.answer.refused(ChangeFailures.of(refused));
            }
        }
        if (!into.isEmpty()) {
            folded = into;
            proposed = draft.build();
            agreement.propose(proposed, attemptTimeout << Math.min(MOST_DOUBLINGS, collisions));
        }
    }

    @Override
    public void proposing() {
        folded.forEach(entry -> entry.proposed = true);
    }

    @Override
    public void undecided() {
        if (retrying) {
            return;
        }
        retrying = true;
        collisions = Math.min(MOST_PATIENCE, collisions + 1);
        long most = Math.max(2, attemptTimeout / 32) << collisions;
        lane.lane().schedule(1 + random.nextInt((int) Math.min(Integer.MAX_VALUE, most)), () -> {
            retrying = false;
            pump();
        });
    }

    @Override
    public void unreachable(List<NodeId> missing) {
        ClusterState known = knowledge.known();
        int reached = known.voters().size() - missing.size();
        String detail = ChangeFailures.noMajority(known, self, missing);
        for (Entry entry : List.copyOf(queue.values())) {
            refuse(
                    entry,
                    Failure.Kind.QUORUM_UNAVAILABLE,
                    detail,
                    reached,
                    known.voters().size() / 2 + 1);
        }
    }

    private void refuse(Entry entry, Failure.Kind kind, String detail, long count, long bound) {
        if (queue.remove(entry.key) != null) {
            Outcome outcome = entry.proposed ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
            entry.answer.refused(ChangeFailures.with(outcome, new Failure(kind, outcome, count, bound, detail)));
        }
    }
}
