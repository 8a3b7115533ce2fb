package io.whorl.core.coordinate;

import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.version.HybridClock;
import io.whorl.core.version.Sibling;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hybrid timestamps of a node: a write's exceeds every one that the node it was called on has returned or acknowledged.
 *
 * <p>Two highest marks, because the promise holds whatever the clocks say, while a clock that is far ahead must not pull the
 * others along: the clock follows what it hears within its bound; what was returned to callers is remembered without one, and is
 * the floor of this node's own writes only.
 */
public final class Timestamps {
    private static final Logger LOG = LoggerFactory.getLogger(Timestamps.class);

    private final HybridClock clock;
    private final AtomicLong returned = new AtomicLong();
    private final AtomicBoolean said = new AtomicBoolean();
    private final Meters meters;

    /**
     * @param maxAheadMillis how far ahead of the own clock a timestamp may be and still be followed
     * @param meters counts those that are not
     */
    public Timestamps(long maxAheadMillis, Meters meters) {
        this.meters = meters;
        this.clock = new HybridClock(maxAheadMillis);
    }

    /** The highest timestamp that this node has returned or acknowledged to a caller. */
    public long returned() {
        return returned.get();
    }

    /** A timestamp for a write, above the caller's floor. */
    public long next(long wallMillis, long floor) {
        return Math.max(clock.next(wallMillis), floor + 1);
    }

    /** A result is about to be returned to a caller. */
    public void returning(ReadResult result, long wallMillis) {
        for (Sibling sibling : result.siblings()) {
            returning(sibling.timestamp(), wallMillis);
        }
    }

    /** A timestamp is about to be returned or acknowledged to a caller. */
    public void returning(long timestamp, long wallMillis) {
        // Most that is read is older than what was returned last, and then lanes do not contend for it.
        if (timestamp > returned.get()) {
            returned.accumulateAndGet(timestamp, Math::max);
        }
        if (clock.observe(timestamp, wallMillis)) {
            return;
        }
        meters.add(Counter.TIMESTAMPS_TOO_FAR_AHEAD);
        if (said.compareAndSet(false, true)) {
            LOG.warn(
                    "A value's timestamp is further ahead of this node's clock than it follows; the clock of this node or of"
                            + " another is wrong. Latest-wins decisions will favour the clock that is ahead: synchronize the clocks."
                            + " Said once; the number of such timestamps is counted.");
        }
    }
}
