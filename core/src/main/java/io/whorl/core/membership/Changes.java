package io.whorl.core.membership;

import io.whorl.api.Outcome;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Draft;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes of the cluster that callers of this node want: has them made by a voter, asking one after the other, all nodes in the same
 * order, so that proposals seldom meet. A change may be asked for repeatedly, since made twice it is made once. Runs on the
 * cluster's lane.
 */
public final class Changes {
    private static final int MOST_DOUBLINGS = 3;

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final ChangeQueue queue;
    private final NodeId self;
    private final long patience;
    private final Map<Long, Wanted> wanted = new TreeMap<>();
    /** Begins anywhere, so that an answer to a question of an earlier run of this node fits none of this one. */
    private long requests;

    /** Learns how a change ended; called once, on the cluster's lane. */
    public interface Listener {
        /** It is made in this state, which this node knows. */
        void made(ClusterState state);

        /** It is not made, or that is not known. */
        void failed(Failure failure);
    }

    private static final class Wanted {
        private final Change change;
        private final Listener listener;
        private final TreeSet<NodeId> refused = new TreeSet<>();
        private Lane.Timer deadline;
        private Lane.Timer again;
        private NodeId asked;
        private int times;
        private final TreeSet<NodeId> unanswered = new TreeSet<>();
        private boolean begun;
        private long madeAt = Long.MAX_VALUE;

        Wanted(Change change, Listener listener) {
            this.change = change;
            this.listener = listener;
        }

        /** What is known of its effect if it ends now. */
        Outcome outcome() {
            return begun || !unanswered.isEmpty() ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
        }
    }

    Changes(ClusterLane lane, Knowledge knowledge, ChangeQueue queue, NodeId self, long patience, long firstRequest) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.queue = queue;
        this.self = self;
        this.patience = patience;
        this.requests = firstRequest;
    }

    void change(Change change, long timeoutNanos, Listener listener) {
        Wanted want = new Wanted(change, listener);
        long request = ++requests;
        wanted.put(request, want);
        want.deadline = lane.lane().schedule(timeoutNanos, () -> timedOut(request));
        if (!concluded(request, want)) {
            ask(request, want);
        }
    }

    /** Another node asks this one. */
    void asked(NodeId from, ChangeMessage.Ask ask) {
        queue.add(from, ask.request(), ask.change(), new ChangeQueue.Answer() {
            @Override
            public void made(ClusterState state) {
                lane.send(from, new ChangeMessage.Made(ask.request(), state));
            }

            @Override
            public void refused(Failure failure) {
                lane.send(from, new ChangeMessage.Refused(ask.request(), failure));
            }
        });
    }

    void answered(ChangeMessage.Made made) {
        Wanted want = wanted.get(made.request());
        if (want != null) {
            want.madeAt = made.state().epoch();
            concluded(made.request(), want);
        }
    }

    void answered(NodeId from, ChangeMessage.Refused refused) {
        Wanted want = wanted.get(refused.request());
        if (want != null) {
            refused(refused.request(), want, from, refused.failure());
        }
    }

    /** A newer state is known, which may decide what was asked although the answer was lost. */
    void learned() {
        List<NodeId> voters = knowledge.known().voters();
        for (Long request : List.copyOf(wanted.keySet())) {
            Wanted want = wanted.get(request);
            if (want != null && !concluded(request, want) && !voters.contains(want.asked)) {
                want.refused.clear();
                ask(request, want);
            }
        }
    }

    void abort(Failure.Kind kind, String detail) {
        for (Long request : List.copyOf(wanted.keySet())) {
            take(request).ifPresent(want -> want.listener.failed(new Failure(kind, want.outcome(), 0, 1, detail)));
        }
    }

    /** Ends a change when the known state decides it. */
    private boolean concluded(long request, Wanted want) {
        ClusterState known = knowledge.known();
        if (known.epoch() >= want.madeAt) {
            take(request).ifPresent(each -> each.listener.made(known));
            return true;
        }
        Change.Judgement judgement = new Draft(known).apply(want.change);
        if (judgement == Change.ALREADY) {
            take(request).ifPresent(each -> each.listener.made(known));
            return true;
        }
        if (judgement instanceof Change.Refused refused && refused.why() != Change.Why.NOT_POSSIBLE) {
            take(request).ifPresent(each -> each.listener.failed(ChangeFailures.of(refused)));
            return true;
        }
        return false;
    }

    /** Asks the first voter that can be reached and has not refused; the same one again only if there is no other. */
    private void ask(long request, Wanted want) {
        ClusterState known = knowledge.known();
        int size = known.voters().size();
        int first = want.asked == null ? 0 : known.voters().indexOf(want.asked) + 1;
        for (int i = 0; i < size; i++) {
            NodeId voter = known.voters().get((first + i) % size);
            if (want.refused.contains(voter)) {
                continue;
            }
            boolean own = voter.equals(self);
            if (own || lane.send(voter, new ChangeMessage.Ask(request, want.change))) {
                want.asked = voter;
                if (!own) {
                    want.unanswered.add(voter);
                }
                if (want.again != null) {
                    want.again.cancel();
                }
                want.again = lane.lane().schedule(patience << want.times, () -> askAgain(request));
                want.times = Math.min(MOST_DOUBLINGS, want.times + 1);
                if (own) {
                    askSelf(request, want);
                }
                return;
            }
        }
        List<NodeId> missing =
                known.voters().stream().filter(voter -> !voter.equals(self)).toList();
        fail(
                request,
                new Failure(
                        Failure.Kind.QUORUM_UNAVAILABLE,
                        Outcome.NOT_APPLIED,
                        known.voters().contains(self) ? 1 : 0,
                        size / 2 + 1,
                        ChangeFailures.noMajority(known, self, missing)));
    }

    private void askAgain(long request) {
        Wanted want = wanted.get(request);
        if (want != null) {
            want.refused.clear();
            ask(request, want);
        }
    }

    private void askSelf(long request, Wanted want) {
        queue.add(self, request, want.change, new ChangeQueue.Answer() {
            @Override
            public void made(ClusterState state) {
                take(request).ifPresent(each -> each.listener.made(state));
            }

            @Override
            public void refused(Failure failure) {
                Changes.this.refused(request, want, self, failure);
            }
        });
    }

    private void refused(long request, Wanted want, NodeId by, Failure failure) {
        if (ChangeFailures.isFinal(failure)) {
            take(request).ifPresent(each -> each.listener.failed(failure));
            return;
        }
        want.refused.add(by);
        want.unanswered.remove(by);
        want.begun |= failure.outcome() == Outcome.UNKNOWN;
        boolean last = want.refused.containsAll(knowledge.known().voters());
        if (last || failure.kind() == Failure.Kind.NODE_CLOSED && by.equals(self)) {
            fail(request, failure);
        } else if (wanted.containsKey(request)) {
            ask(request, want);
        }
    }

    private void fail(long request, Failure failure) {
        take(request).ifPresent(want -> want.listener.failed(ChangeFailures.with(want.outcome(), failure)));
    }

    private void timedOut(long request) {
        take(request).ifPresent(want -> want.listener.failed(ChangeFailures.timedOut(want.change)));
    }

    /** Ends a question: whoever takes it tells its listener. */
    private Optional<Wanted> take(long request) {
        Optional<Wanted> want = Optional.ofNullable(wanted.remove(request));
        want.ifPresent(each -> {
            each.deadline.cancel();
            if (each.again != null) {
                each.again.cancel();
            }
            queue.withdraw(self, request);
        });
        return want;
    }
}
