package io.whorl.api;

import java.time.Duration;

/** Refused, because too much is under way or a queue is full, at once; or because the request has waited for its turn until its deadline. */
public final class OverloadedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public OverloadedException(Duration retryAfter, String message) {
        super(Outcome.NOT_APPLIED, message, null);
        this.retryAfter = retryAfter;
    }

    /**
     * After how long another attempt makes sense: when half of what is under way, or in the queue that was full, will have been
     * worked off at the present pace; between a millisecond and ten seconds.
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
