package io.whorl.core.coordinate;

import io.whorl.api.Quorums;
import io.whorl.core.ring.BucketDefinition;
import java.util.Objects;
import java.util.Optional;

/**
 * How one request is to be done.
 *
 * @param quorum R or W; 0 for the bucket's
 * @param quorums which nodes count toward it; empty for what the bucket says
 * @param timeoutNanos after how long it fails at the latest
 * @param zones from how many zones a write's acknowledgements must come, at least 1; capped at those that the key's slots are in
 */
public record RequestOptions(int quorum, Optional<Quorums> quorums, long timeoutNanos, int zones) {

    public RequestOptions {
        Objects.requireNonNull(quorums, "quorums");
    }

    /** In whichever zones. */
    public RequestOptions(int quorum, Optional<Quorums> quorums, long timeoutNanos) {
        this(quorum, quorums, timeoutNanos, 1);
    }

    /** With this quorum, 0 for the bucket's; otherwise as the bucket says. */
    public static RequestOptions of(int quorum, long timeoutNanos) {
        return new RequestOptions(quorum, Optional.empty(), timeoutNanos);
    }

    /** Whether only holders count, given what the bucket says. */
    public boolean isStrict(BucketDefinition bucket) {
        return quorums.orElse(bucket.options().quorums()) == Quorums.STRICT;
    }
}
