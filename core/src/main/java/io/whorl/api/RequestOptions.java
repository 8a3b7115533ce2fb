package io.whorl.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What reads and writes have in common: the bounds of a quorum and of a timeout. */
final class RequestOptions {
    private static final Duration LONGEST = Duration.ofHours(1);

    private RequestOptions() {}

    static void check(OptionalInt quorum, Optional<Duration> timeout) {
        if (quorum.isPresent() && quorum.getAsInt() < 1) {
            throw new IllegalArgumentException("a quorum must be at least 1, was " + quorum.getAsInt());
        }
        if (timeout.isPresent()
                && (timeout.get().isNegative()
                        || timeout.get().isZero()
                        || timeout.get().compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException(
                    "a timeout must be positive and at most " + LONGEST + ", was " + timeout.get());
        }
    }
}
