package io.whorl.core.liveness;

/**
 * The times and counts of failure detection, and the formulas they enter. Durations are nanoseconds; n is the number of members.
 *
 * @param interval between two probes of one node, while it trusts itself; times 1 + h while its local health multiplier is h
 * @param timeout after which an unanswered probe is repeated through others; times 1 + h likewise; less than the interval
 * @param indirectProbes how many others a probe is repeated through
 * @param suspicionMultiplier the shortest suspicion lasts this times max(1, log10 n) intervals
 */
public record LivenessSettings(long interval, long timeout, int indirectProbes, int suspicionMultiplier) {
    /** The highest local health multiplier (Lifeguard, section IV A: S). */
    static final int LEAST_HEALTH = 8;

    /** An unconfirmed suspicion lasts this times as long as a confirmed one (Lifeguard, section IV B: beta). */
    private static final int UNCONFIRMED = 6;

    /** Each piece of news is told this times ceil(log10(n + 1)) times by each who has it (SWIM, section 4.1: lambda). */
    private static final int TELLINGS = 4;

    /** Without a message of anybody for this many intervals, a node takes itself for cut off. */
    private static final int DEAF_AFTER = 3;

    public LivenessSettings {
        if (interval <= 0) {
            throw new IllegalArgumentException("probeInterval must be positive, was " + interval);
        }
        if (timeout <= 0 || timeout >= interval) {
            throw new IllegalArgumentException("probeTimeout must be positive and less than the probeInterval of "
                    + interval + ", was " + timeout);
        }
        if (indirectProbes < 1) {
            throw new IllegalArgumentException("indirectProbes must be at least 1, was " + indirectProbes);
        }
        if (suspicionMultiplier < 1) {
            throw new IllegalArgumentException("suspicionMultiplier must be at least 1, was " + suspicionMultiplier);
        }
    }

    /** How long a suspicion lasts that enough others share. */
    public long shortestSuspicion(int members) {
        return (long) (suspicionMultiplier * Math.max(1.0, Math.log10(members)) * interval);
    }

    /** How long a suspicion lasts that nobody else shares. */
    public long longestSuspicion(int members) {
        return confirmationsWanted(members) == 0
                ? shortestSuspicion(members)
                : UNCONFIRMED * shortestSuspicion(members);
    }

    /** Of how many others the finding is waited for: K, at most as many as there are besides oneself and the suspect. */
    int confirmationsWanted(int members) {
        return Math.max(0, Math.min(suspicionMultiplier - 1, members - 2));
    }

    /** How long a suspicion lasts that so many others share (Lifeguard, section IV B). */
    long suspicion(int members, int confirmations) {
        int wanted = confirmationsWanted(members);
        if (wanted == 0) {
            return shortestSuspicion(members);
        }
        double share = Math.log(1.0 + Math.min(confirmations, wanted)) / Math.log(1.0 + wanted);
        long shortest = shortestSuspicion(members);
        long longest = longestSuspicion(members);
        return Math.max(shortest, longest - (long) ((longest - shortest) * share));
    }

    /** How often a node tells a piece of news. */
    int tellings(int members) {
        return TELLINGS * (int) Math.max(1, Math.ceil(Math.log10(members + 1.0)));
    }

    /** How long a node waits for any message before it takes itself for cut off. */
    long deafAfter(int health) {
        return DEAF_AFTER * interval * (1 + health);
    }

    /** When one who was asked to probe says that it has no answer yet: while the asker still waits. */
    long nackAfter() {
        return (interval - timeout) * 4 / 5;
    }

    /**
     * Within which time every member that hears from others takes a member for dead that has stopped for good, however little it
     * trusts itself: its turn among the probes, the probe, and the longest suspicion, which begins anew if the node was cut off meanwhile.
     */
    public long deathKnownWithin(int members) {
        long slowest = interval * (1 + LEAST_HEALTH);
        return 2L * members * slowest + 2 * slowest + 2 * longestSuspicion(members);
    }

    /** Within which time every member takes a member for alive again that all can talk to, however little it trusts itself. */
    public long returnKnownWithin(int members) {
        return (2L * members + 2) * interval * (1 + LEAST_HEALTH);
    }
}
