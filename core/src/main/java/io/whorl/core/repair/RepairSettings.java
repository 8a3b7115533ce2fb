package io.whorl.core.repair;

/**
 * How much anti-entropy may do, and how often.
 *
 * @param interval nanoseconds between two rounds; a question counts as lost after four of them
 * @param batchBytes how many bytes of records one message may have, about
 * @param bytesPerSecond how many bytes of records this lane may take from peers, and give to them, in a second while no caller
 *     waits
 * @param dotLogLimit how many entries a dot log may have
 */
public record RepairSettings(long interval, int batchBytes, long bytesPerSecond, long dotLogLimit) {
    private static final int PATIENCE_IN_INTERVALS = 4;
    private static final int STREAM_PATIENCE_IN_INTERVALS = 30;

    /** After so many nanoseconds a question counts as lost. */
    long patience() {
        return PATIENCE_IN_INTERVALS * interval;
    }

    /** After so many nanoseconds without progress a stream is given up. */
    long streamPatience() {
        return STREAM_PATIENCE_IN_INTERVALS * interval;
    }
}
