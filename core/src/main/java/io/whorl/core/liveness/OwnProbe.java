package io.whorl.core.liveness;

/** A probe of this node's own that is not answered yet. */
final class OwnProbe {
    final long number;
    final MemberView target;
    final long startedAt;
    final long endsAt;
    /** When others are asked to probe, too. */
    long indirectAt;

    boolean indirect;
    int helpers;
    int nacks;

    OwnProbe(long number, MemberView target, long startedAt, long indirectAt, long endsAt) {
        this.number = number;
        this.target = target;
        this.startedAt = startedAt;
        this.indirectAt = indirectAt;
        this.endsAt = endsAt;
    }

    long wakeAt() {
        return indirect ? endsAt : Math.min(indirectAt, endsAt);
    }

    /** How many of those who were asked to help said nothing at all, which points to this node rather than to the target. */
    int missingNacks() {
        return Math.max(0, helpers - nacks);
    }
}
