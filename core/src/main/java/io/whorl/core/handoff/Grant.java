package io.whorl.core.handoff;

/**
 * What the receiver of hints lets their sender do next: the busier it is, the smaller the next batch and the longer the pause before
 * it, which also grows with the time that storing takes. So an idle receiver spends at most half of its time on hints, and a slow
 * disk slows the sender down without anybody knowing about disks.
 *
 * @param bytes how many bytes the next batch may have, about; at least 1
 * @param pauseNanos how long to wait before it
 */
record Grant(int bytes, long pauseNanos) {
    /** How many times longer than storing the last batch took the pause is, besides once, under full load. */
    private static final double MOST_PAUSE = 8;

    /**
     * @param batchBytes what an idle receiver takes at a time
     * @param load how busy the receiver is, from 0 to 1
     * @param others how many other batches it is storing
     * @param tookNanos how long it took to store the last one
     */
    static Grant of(int batchBytes, double load, int others, long tookNanos) {
        double busy = Math.max(0, Math.min(1, load));
        int bytes = (int) Math.max(1, batchBytes * (1 - busy) / (1 + others));
        return new Grant(bytes, (long) (tookNanos * (1 + MOST_PAUSE * busy)));
    }
}
