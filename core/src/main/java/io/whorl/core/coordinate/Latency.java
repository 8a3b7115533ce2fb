package io.whorl.core.coordinate;

/**
 * How long a node usually takes to answer: a moving mean and a moving deviation, in nanoseconds (RFC 6298, section 2).
 *
 * @param mean of the samples, the newest weighing an eighth
 * @param deviation of the samples from the mean, the newest weighing a quarter
 */
public record Latency(long mean, long deviation) {
    private static final long GRANULARITY = 1_000_000;

    /** After the first sample. */
    public static Latency first(long sample) {
        return new Latency(sample, sample / 2);
    }

    /** After one more sample. */
    public Latency after(long sample) {
        long off = Math.abs(mean - sample);
        return new Latency(mean + (sample - mean) / 8, deviation + (off - deviation) / 4);
    }

    /** How long to wait for an answer before it is late: the mean and four deviations, one millisecond above the mean at the least. */
    public long patience() {
        return mean + Math.max(GRANULARITY, 4 * deviation);
    }
}
