package io.whorl.core.node;

import java.util.ArrayDeque;

/** A lane that does one request after the other, each in the same time, and an {@link AdmissionLimit} before it. Time is a number. */
final class LaneModel {
    private final long perRequest;
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private AdmissionLimit limit;
    private long now;
    private long freeAt;
    private long intervalEnd;
    private long begun;
    private long waited;
    private long ended;
    private long took;
    private boolean reached;
    private long idle;
    private long longest;
    private int refused;

    LaneModel(AdmissionLimits limits, long perRequest) {
        this.limit = AdmissionLimit.first(limits);
        this.perRequest = perRequest;
        this.intervalEnd = limits.intervalNanos();
    }

    /** Offers so many requests, evenly, at this multiple of what the lane can do; and begins to count anew. */
    void offer(double load, int requests) {
        idle = 0;
        longest = 0;
        refused = 0;
        long gap = Math.max(1, (long) (perRequest / load));
        for (int i = 0; i < requests; i++) {
            now += gap;
            work();
            if (waiting.size() >= limit.requests()) {
                refused++;
                reached = true;
            } else {
                waiting.add(now);
            }
        }
    }

    private void work() {
        while (!waiting.isEmpty()) {
            long start = Math.max(freeAt, waiting.peek());
            if (start + perRequest > now) {
                return;
            }
            idle += start - freeAt;
            long since = waiting.remove();
            freeAt = start + perRequest;
            begun++;
            waited += start - since;
            ended++;
            took += freeAt - since;
            longest = Math.max(longest, freeAt - since);
            if (freeAt >= intervalEnd) {
                AdmissionLimit.Interval interval = new AdmissionLimit.Interval(begun, waited, ended, took, reached);
                limit = limit.after(interval);
                intervalEnd = freeAt + limit.nextNanos(interval);
                begun = 0;
                waited = 0;
                ended = 0;
                took = 0;
                reached = false;
            }
        }
    }

    /** How long the lane had nothing to do. */
    long idleNanos() {
        return idle;
    }

    /** How long a request took at most. */
    long longestNanos() {
        return longest;
    }

    /** How many requests were refused. */
    int refused() {
        return refused;
    }
}
