package io.whorl.core.version;

import java.util.Arrays;

/** Ranges of one actor as they come. */
final class Pairs {
    private long[] pairs = new long[2];
    private int length;
    private boolean ordered = true;

    void add(long from, long to) {
        if (length > 0) {
            if (from >= pairs[length - 2] && from - 1 <= pairs[length - 1]) {
                pairs[length - 1] = Math.max(to, pairs[length - 1]);
                return;
            }
            ordered &= from > pairs[length - 1];
        }
        if (length == pairs.length) {
            pairs = Arrays.copyOf(pairs, length * 2);
        }
        pairs[length++] = from;
        pairs[length++] = to;
    }

    long[] normalised() {
        return ordered ? Arrays.copyOf(pairs, length) : Intervals.normalised(pairs, 0, length);
    }
}
