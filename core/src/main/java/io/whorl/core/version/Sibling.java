package io.whorl.core.version;

import java.util.Arrays;
import java.util.Objects;

/**
 * One of the concurrent values of a key, named by the dot of the write that made it. Equal by content, the value's bytes
 * included. The array is shared, never copied: nobody may write to it after handing it in, nor after reading it.
 *
 * @param dot the write
 * @param value the bytes; null when an answer withholds them and tells the dots only
 * @param timestamp when it was written, as a {@link HybridTimestamp}; decides nothing in a join
 * @param expiry from when on it is hidden, in milliseconds since 1970 UTC, the same on every replica; 0 = never
 */
public record Sibling(Dot dot, byte[] value, long timestamp, long expiry) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the expiry is negative
     */
    public Sibling {
        Objects.requireNonNull(dot, "dot");
        if (expiry < 0) {
            throw new IllegalArgumentException(
                    "expiry " + expiry + " of " + dot + "; expected milliseconds since 1970, or 0 for never");
        }
    }

    /** Whether the value was left out. */
    public boolean isWithheld() {
        return value == null;
    }

    /** This sibling without its value. */
    public Sibling withheld() {
        return value == null ? this : new Sibling(dot, null, timestamp, expiry);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Sibling that
                        && dot.equals(that.dot)
                        && timestamp == that.timestamp
                        && expiry == that.expiry
                        && Arrays.equals(value, that.value));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * dot.hashCode() + Long.hashCode(timestamp)) + Long.hashCode(expiry))
                + Arrays.hashCode(value);
    }

    /** The dot and the value's length; never the value, which may be a secret. */
    @Override
    public String toString() {
        return dot + (value == null ? "(withheld)" : "(" + value.length + " bytes)");
    }
}
