package io.whorl.core.handoff;

/**
 * How many hints a node keeps for others, and how it hands them over.
 *
 * @param bytesPerTarget how many bytes of keys and hints one target may have; default 256 MiB
 * @param bytes how many all targets may have together; default 1 GiB
 * @param interval nanoseconds after which what could not be handed over is tried again, with up to a quarter of jitter; doubled with
 *     every refusal in a row up to sixteen times; a batch counts as lost after four of them; default 1 s
 * @param delay nanoseconds from a hint that is newly kept for a target that can be reached to its handover; default 100 ms
 * @param batchBytes how many bytes one batch may have, about, when its receiver is idle; default 256 KiB
 */
public record HintOptions(long bytesPerTarget, long bytes, long interval, long delay, int batchBytes) {
    private static final long MILLISECOND = 1_000_000L;

    /** The defaults. */
    public static final HintOptions DEFAULT =
            new HintOptions(256L << 20, 1L << 30, 1_000 * MILLISECOND, 100 * MILLISECOND, 256 << 10);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public HintOptions {
        positive(bytesPerTarget, "hintBytesPerTarget");
        positive(bytes, "hintBytes");
        positive(interval, "handoverInterval");
        positive(delay, "handoverDelay");
        positive(batchBytes, "handoverBatchBytes");
    }

    /** These options with other bounds. */
    public HintOptions withBounds(long ofTarget, long ofAll) {
        return new HintOptions(ofTarget, ofAll, interval, delay, batchBytes);
    }

    /** These options with another interval. */
    public HintOptions withInterval(long nanos) {
        return new HintOptions(bytesPerTarget, bytes, nanos, delay, batchBytes);
    }

    /** These options with another delay. */
    public HintOptions withDelay(long nanos) {
        return new HintOptions(bytesPerTarget, bytes, interval, nanos, batchBytes);
    }

    /** These options with other batches. */
    public HintOptions withBatchBytes(int most) {
        return new HintOptions(bytesPerTarget, bytes, interval, delay, most);
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
