package io.whorl.core.membership;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Creates buckets: at the voter one after the other, each as an epoch; elsewhere by asking the voter. */
public final class BucketCreation {
    private final ClusterLane lane;
    private final Membership membership;
    private final Map<Long, Asked> asked = new TreeMap<>();
    private final Deque<Queued> queue = new ArrayDeque<>();
    /** Begins anywhere, so that an answer to a question of an earlier run of this node fits none of this one. */
    private long requests;

    /** Learns how a creation ended; called once, on the cluster's lane. */
    public interface Listener {
        /** The bucket exists, and this node knows it. */
        void created(BucketDefinition bucket);

        /** It does not exist with these options, or that is not known. */
        void failed(Failure failure);
    }

    /** A question of a caller of this node that is not answered yet. */
    private static final class Asked {
        private final String name;
        private final BucketOptions options;
        private final Listener listener;
        private Lane.Timer deadline;

        Asked(String name, BucketOptions options, Listener listener) {
            this.name = name;
            this.options = options;
            this.listener = listener;
        }
    }

    private record Queued(String name, BucketOptions options, Listener listener) {}

    BucketCreation(ClusterLane lane, Membership membership, long firstRequest) {
        this.lane = lane;
        this.membership = membership;
        this.requests = firstRequest;
    }

    void begin(String name, BucketOptions options, long timeoutNanos, Listener listener) {
        if (concluded(name, options, listener)) {
            return;
        }
        NodeId voter = membership.state().voters().get(0);
        long request = ++requests;
        if (voter.equals(membership.self())) {
            ask(request, voter, timeoutNanos, new Asked(name, options, listener));
            create(name, options, new Own(request));
            return;
        }
        if (!lane.send(voter, new ClusterMessage.CreateBucket(request, name, options))) {
            listener.failed(new Failure(
                    Failure.Kind.QUORUM_UNAVAILABLE,
                    Outcome.NOT_APPLIED,
                    0,
                    1,
                    "creating bucket '" + name + "' needs node " + voter
                            + ", which agrees on changes of the cluster and cannot be reached; existing buckets are not"
                            + " affected"));
            return;
        }
        ask(request, voter, timeoutNanos, new Asked(name, options, listener));
    }

    private void ask(long request, NodeId voter, long timeoutNanos, Asked question) {
        asked.put(request, question);
        question.deadline = lane.lane().schedule(timeoutNanos, () -> timedOut(request, voter));
    }

    /** What this node, the voter, does for a caller of its own: the question may have run out of time meanwhile. */
    private final class Own implements Listener {
        private final long request;

        Own(long request) {
            this.request = request;
        }

        @Override
        public void created(BucketDefinition bucket) {
            take(request).ifPresent(waiting -> waiting.listener.created(bucket));
        }

        @Override
        public void failed(Failure failure) {
            take(request).ifPresent(waiting -> waiting.listener.failed(failure));
        }
    }

    /** Ends a question: whoever takes it tells its listener. */
    private Optional<Asked> take(long request) {
        Optional<Asked> waiting = Optional.ofNullable(asked.remove(request));
        waiting.ifPresent(each -> each.deadline.cancel());
        return waiting;
    }

    private void timedOut(long request, NodeId voter) {
        take(request)
                .ifPresent(waiting -> waiting.listener.failed(new Failure(
                        Failure.Kind.TIMED_OUT,
                        Outcome.UNKNOWN,
                        0,
                        1,
                        "node " + voter + " did not confirm the creation of bucket '" + waiting.name
                                + "' before the deadline")));
    }

    /** Ends a creation when the newest state decides it. */
    private boolean concluded(String name, BucketOptions options, Listener listener) {
        Optional<BucketDefinition> existing = membership.state().bucket(name);
        if (existing.isEmpty()) {
            return false;
        }
        if (existing.get().options().equals(options)) {
            listener.created(existing.get());
        } else {
            listener.failed(mismatch(existing.get(), options));
        }
        return true;
    }

    private static Failure mismatch(BucketDefinition existing, BucketOptions options) {
        return new Failure(
                Failure.Kind.BUCKET_MISMATCH,
                Outcome.NOT_APPLIED,
                0,
                0,
                "bucket '" + existing.name() + "' exists with " + existing.options() + ", not with " + options);
    }

    private void create(String name, BucketOptions options, Listener listener) {
        if (membership.isMaking()) {
            queue.add(new Queued(name, options, listener));
            return;
        }
        if (concluded(name, options, listener)) {
            next();
            return;
        }
        Change.Result result = membership.state().after(new Change.CreateBucket(name, options));
        if (result.judgement() instanceof Change.Refused refused) {
            listener.failed(new Failure(Failure.Kind.BUCKET_MISMATCH, Outcome.NOT_APPLIED, 0, 0, refused.reason()));
            next();
            return;
        }
        membership.make(result.state(), () -> {
            concluded(name, options, listener);
            next();
        });
    }

    private void next() {
        Queued queued = queue.poll();
        if (queued != null) {
            create(queued.name, queued.options, queued.listener);
        }
    }

    /** Another node asks this one, a voter. */
    void asked(NodeId from, ClusterMessage.CreateBucket message) {
        if (membership.state() == null || !membership.state().voters().contains(membership.self())) {
            return;
        }
        create(message.name(), message.options(), new Listener() {
            @Override
            public void created(BucketDefinition bucket) {
                lane.send(from, new ClusterMessage.BucketCreated(message.request(), membership.state()));
            }

            @Override
            public void failed(Failure failure) {
                lane.send(from, new ClusterMessage.BucketRefused(message.request(), failure));
            }
        });
    }

    void answered(ClusterMessage.BucketCreated created) {
        take(created.request()).ifPresent(waiting -> {
            if (!concluded(waiting.name, waiting.options, waiting.listener)) {
                waiting.listener.failed(new Failure(
                        Failure.Kind.TIMED_OUT,
                        Outcome.UNKNOWN,
                        0,
                        1,
                        "the voter confirmed a bucket that its state lacks"));
            }
        });
    }

    void answered(ClusterMessage.BucketRefused refused) {
        take(refused.request()).ifPresent(waiting -> waiting.listener.failed(refused.failure()));
    }

    /** A newer state is known, which may decide what was asked although the answer was lost. */
    void learned() {
        for (Long request : List.copyOf(asked.keySet())) {
            Asked waiting = asked.get(request);
            if (waiting != null && membership.state().bucket(waiting.name).isPresent()) {
                take(request);
                concluded(waiting.name, waiting.options, waiting.listener);
            }
        }
    }

    void abort(Failure.Kind kind, String detail) {
        List<Queued> queued = List.copyOf(queue);
        queue.clear();
        for (Queued each : queued) {
            each.listener.failed(new Failure(kind, Outcome.NOT_APPLIED, 0, 1, detail));
        }
        for (Long request : List.copyOf(asked.keySet())) {
            take(request).ifPresent(each -> each.listener.failed(new Failure(kind, Outcome.UNKNOWN, 0, 1, detail)));
        }
    }
}
