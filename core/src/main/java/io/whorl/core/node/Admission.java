package io.whorl.core.node;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.message.Failure;
import io.whorl.core.spi.Lane;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The door between callers on this node and one lane: counts the requests that are under way, and refuses at once what would be too many, or
 * too many bytes. So that no more is begun than can be done soon, and nothing is done for callers who have given up. Safe on any thread;
 * nobody waits for anybody.
 */
final class Admission {
    private static final long SHORTEST_RETRY = 1_000_000L;
    private static final long LONGEST_RETRY = 10_000_000_000L;

    private final Lane lane;
    private final AdmissionLimits limits;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong waitedNanos = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong tookNanos = new AtomicLong();
    private final AtomicBoolean reached = new AtomicBoolean();
    private final AtomicLong intervalEnd;
    private volatile AdmissionLimit limit;
    private volatile long meanTook;

    Admission(Lane lane, AdmissionLimits limits) {
        this.lane = lane;
        this.limits = limits;
        this.limit = AdmissionLimit.first(limits);
        this.intervalEnd = new AtomicLong(lane.nanoTime() + limits.intervalNanos());
    }

    /**
     * Lets a request in, or says why not. One that was let in has to be {@linkplain Admitted told how it ended}.
     *
     * @param size how many bytes its key and value have
     */
    Optional<Failure> enter(long size) {
        int count = underWay.incrementAndGet();
        long all = bytes.addAndGet(size);
        int most = limit.requests();
        if (count <= most && (count == 1 || all <= limits.bytes())) {
            return Optional.empty();
        }
        leave(size);
        if (count > most) {
            reached.setPlain(true);
        }
        return Optional.of(Failures.overloaded(
                retryNanos(),
                count - 1 + " requests with " + (all - size)
                        + " bytes are under way on this partition's lane; let in are " + most + " with "
                        + limits.bytes() + " bytes"));
    }

    private void leave(long size) {
        bytes.addAndGet(-size);
        underWay.decrementAndGet();
    }

    /** Half of what is under way will have ended after half of the time that one request takes. */
    private long retryNanos() {
        return Math.max(SHORTEST_RETRY, Math.min(LONGEST_RETRY, meanTook / 2));
    }

    /** How many requests are under way. */
    int underWay() {
        return underWay.get();
    }

    /** How many may be. */
    int limit() {
        return limit.requests();
    }

    private void judge(long now) {
        long end = intervalEnd.get();
        // Far ahead: whoever judges is alone until it says when the next interval ends.
        if (now - end < 0 || !intervalEnd.compareAndSet(end, now + LONGEST_RETRY)) {
            return;
        }
        AdmissionLimit.Interval interval = new AdmissionLimit.Interval(
                begun.getAndSet(0),
                waitedNanos.getAndSet(0),
                ended.getAndSet(0),
                tookNanos.getAndSet(0),
                reached.getAndSet(false));
        limit = limit.after(interval);
        meanTook = interval.meanTook();
        intervalEnd.set(now + limit.nextNanos(interval));
    }

    /**
     * A request that was let in.
     *
     * @param <T> what a success brings
     */
    final class Admitted<T> implements Callback<T> {
        private final long since = lane.nanoTime();
        private final long size;
        private final Callback<T> callback;

        Admitted(long size, Callback<T> callback) {
            this.size = size;
            this.callback = callback;
        }

        /** The lane begins with it. */
        void begin() {
            waitedNanos.addAndGet(lane.nanoTime() - since);
            begun.incrementAndGet();
        }

        @Override
        public void succeeded(T result) {
            leave(size);
            long now = lane.nanoTime();
            tookNanos.addAndGet(now - since);
            ended.incrementAndGet();
            judge(now);
            callback.succeeded(result);
        }

        @Override
        public void failed(Failure failure) {
            leave(size);
            callback.failed(failure);
        }
    }
}
