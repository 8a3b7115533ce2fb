package io.whorl.core.node;

import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import java.util.function.BooleanSupplier;

/**
 * When one lane's rounds of anti-entropy come: once an interval, and ever more seldom while they find nothing to do and nothing happens on
 * the lane; whatever happens brings the interval back. A round looks at every replica, so a node with many that nobody uses would
 * be busy with finding that out.
 *
 * <p>All methods are called on the lane.
 */
final class RoundPace {
    /** After so many rounds without anything to do each pause is twice as long as the one before. */
    private static final int CALM_ROUNDS = 8;

    private static final int MOST_DOUBLINGS = 6;

    private final Lane lane;
    private final RandomSource random;
    private final long interval;
    private final BooleanSupplier round;
    private Lane.Timer timer;
    private int calm;

    /** @param round a round; whether it had, or still has, anything to do */
    RoundPace(Lane lane, RandomSource random, long interval, BooleanSupplier round) {
        this.lane = lane;
        this.random = random;
        this.interval = interval;
        this.round = round;
    }

    /** Begins with the rounds, or with the usual pace after the next. */
    void start() {
        long pause = interval << Math.max(0, Math.min(MOST_DOUBLINGS, calm - CALM_ROUNDS));
        long jitter = random.nextInt((int) Math.min(Integer.MAX_VALUE, 1 + interval / 4));
        timer = lane.schedule(pause + jitter, () -> {
            calm++;
            start();
            if (round.getAsBoolean()) {
                happened();
            }
        });
    }

    /** Something happened on the lane that may be of concern to other replicas. */
    void happened() {
        boolean slow = calm > CALM_ROUNDS;
        calm = 0;
        if (slow) {
            timer.cancel();
            start();
        }
    }
}
