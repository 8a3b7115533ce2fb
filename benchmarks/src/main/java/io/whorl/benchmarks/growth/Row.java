package io.whorl.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;

/**
 * What one row of the table is measured with: one thing is varied, all else is as usual.
 *
 * @param dimension what is varied
 * @param keys how many keys are stored
 * @param callers how many threads make one request after the other, spread over the nodes
 * @param nodes how many members the cluster has
 * @param valueBytes how large each value is
 * @param buckets over how many buckets the keys are spread
 * @param partitions into how many partitions the key space is cut
 */
record Row(Dimension dimension, int keys, int callers, int nodes, int valueBytes, int buckets, int partitions) {
    /** What can be varied, and in which steps. */
    enum Dimension {
        KEYS(10_000, 100_000, 1_000_000, 10_000_000),
        CALLERS(1, 16, 128, 1_024),
        NODES(3, 5, 7, 9),
        VALUES(100, 1 << 10, 10 << 10, 100 << 10, 1 << 20),
        BUCKETS(1, 10, 50),
        PARTITIONS(64, 256, 1_024);

        private final int[] steps;

        Dimension(int... steps) {
            this.steps = steps;
        }
    }

    private static final int USUAL_KEYS = 100_000;
    private static final int USUAL_CALLERS = 16;
    private static final int USUAL_NODES = 3;
    private static final int USUAL_VALUE = 100;
    private static final int USUAL_PARTITIONS = 256;

    /** Of large values there are fewer, so that no row stores more than this, three times. */
    private static final long MOST_BYTES = 300L << 20;

    /** Only so many steps are small ends. */
    private static final int QUICK_STEPS = 2;

    /** The rows of a dimension. */
    static List<Row> of(Dimension dimension, boolean quick) {
        List<Row> rows = new ArrayList<>();
        int steps = quick ? QUICK_STEPS : dimension.steps.length;
        for (int i = 0; i < steps; i++) {
            rows.add(of(dimension, dimension.steps[i]));
        }
        return rows;
    }

    private static Row of(Dimension dimension, int step) {
        int value = dimension == Dimension.VALUES ? step : USUAL_VALUE;
        int usual = (int) Math.min(USUAL_KEYS, MOST_BYTES / value);
        return new Row(
                dimension,
                dimension == Dimension.KEYS ? step : usual,
                dimension == Dimension.CALLERS ? step : USUAL_CALLERS,
                dimension == Dimension.NODES ? step : USUAL_NODES,
                value,
                dimension == Dimension.BUCKETS ? step : 1,
                dimension == Dimension.PARTITIONS ? step : USUAL_PARTITIONS);
    }

    /** What is varied has this value here. */
    int step() {
        return switch (dimension) {
            case KEYS -> keys;
            case CALLERS -> callers;
            case NODES -> nodes;
            case VALUES -> valueBytes;
            case BUCKETS -> buckets;
            case PARTITIONS -> partitions;
        };
    }

    /** As words, for another JVM's arguments. */
    List<String> words() {
        return List.of(
                dimension.name(),
                String.valueOf(keys),
                String.valueOf(callers),
                String.valueOf(nodes),
                String.valueOf(valueBytes),
                String.valueOf(buckets),
                String.valueOf(partitions));
    }

    /** What {@link #words} were made of. */
    static Row parse(List<String> words) {
        return new Row(
                Dimension.valueOf(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)),
                Integer.parseInt(words.get(4)),
                Integer.parseInt(words.get(5)),
                Integer.parseInt(words.get(6)));
    }
}
