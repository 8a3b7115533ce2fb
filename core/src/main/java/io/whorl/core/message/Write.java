package io.whorl.core.message;

import io.whorl.core.version.DotSet;

/**
 * What a caller wants done to a key.
 *
 * @param value the new value; null for a delete
 * @param context what the caller has seen; null for all that the coordinating replica holds
 * @param expiry when the value ends to be shown, in wall milliseconds; 0 for never
 */
public record Write(byte[] value, DotSet context, long expiry) {

    /** Whether it removes instead of storing. */
    public boolean isDelete() {
        return value == null;
    }
}
