package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;
import io.whorl.core.spi.Lane;

/**
 * How a request ends: once for its caller, by its deadline at the latest; and for the lane, which may be later, when the request has
 * something left to do that nobody waits for.
 *
 * @param <T> what a success brings
 */
final class Ending<T> {
    static final int NOWHERE = -1;

    private final RequestLane lane;
    private final Callback<T> callback;
    private long number;
    private long deadline;
    private Runnable atDeadline;
    private Lane.Trace trace;
    private int place = NOWHERE;
    private long order;
    private boolean told;
    private boolean left;

    Ending(RequestLane lane, Callback<T> callback) {
        this.lane = lane;
        this.callback = callback;
    }

    /** Sets the deadline, and enters the request; its number. */
    long enter(Request request, long deadlineNanos, Runnable atDeadline) {
        setDeadline(deadlineNanos, atDeadline);
        number = lane.enter(request);
        return number;
    }

    /** Enters the request under a new number; answers to its number before are dropped from now on. */
    long reenter(Request request) {
        lane.leave(number);
        number = lane.enter(request);
        return number;
    }

    /** Sets the deadline of a request that enters as a forward. */
    void setDeadline(long deadlineNanos, Runnable atDeadline) {
        this.deadline = deadlineNanos;
        this.atDeadline = atDeadline;
        this.trace = lane.lane().trace();
        lane.deadlines().add(this);
    }

    /** When it ends at the latest. */
    long deadline() {
        return deadline;
    }

    /** The deadline has passed. */
    void passed() {
        trace.run(atDeadline);
    }

    /** Where {@link Deadlines} keep it, {@link #NOWHERE} unless they do. */
    int place() {
        return place;
    }

    /** How many were added to {@link Deadlines} before it. */
    long order() {
        return order;
    }

    /** It is kept there now. */
    void isPending(int where, long after) {
        place = where;
        order = after;
    }

    /** Enters the request as a forward, under a new number; answers to its number before are dropped from now on. */
    long enterForward(Request request) {
        lane.leave(number);
        number = lane.enterForward(request);
        return number;
    }

    /** Whether the caller knows how it ended. */
    boolean isTold() {
        return told;
    }

    /** Whether the lane has forgotten it. */
    boolean hasLeft() {
        return left;
    }

    /** Tells the caller, unless it was told before. */
    void succeed(T result) {
        if (!told) {
            told = true;
            callback.succeeded(result);
        }
    }

    /** Tells the caller, unless it was told before. */
    void fail(Failure failure) {
        if (!told) {
            told = true;
            callback.failed(failure);
        }
    }

    /** The lane forgets the request: no answer and no deadline reaches it any more. Repeats do nothing. */
    void leave() {
        if (!left) {
            left = true;
            if (place != NOWHERE) {
                lane.deadlines().remove(this);
            }
            lane.leave(number);
        }
    }
}
