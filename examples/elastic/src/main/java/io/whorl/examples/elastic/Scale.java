package io.whorl.examples.elastic;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param rows how many rows there are
 * @param valueBytes how long each row's value is
 * @param underWay how many requests are under way at a time
 * @param partitions into how many partitions the keys are cut
 * @param undisturbed how long the load runs before anything changes, to have something to compare with
 */
record Scale(int rows, int valueBytes, int underWay, int partitions, Duration undisturbed) {
    static final Scale DEFAULT = new Scale(50_000, 400, 32, 128, Duration.ofSeconds(10));
}
