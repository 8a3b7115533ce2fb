package io.whorl.benchmarks.sidebyside.report;

import java.util.List;
import java.util.OptionalDouble;

/** Sums up a few rounds. */
final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of the two in the middle; empty for none. */
    static OptionalDouble median(List<Double> values) {
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    /** The largest value less the smallest, in parts of the median; empty for none. */
    static OptionalDouble spread(List<Double> values) {
        OptionalDouble median = median(values);
        if (median.isEmpty()) {
            return median;
        }
        double largest = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double smallest = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        return OptionalDouble.of((largest - smallest) / median.getAsDouble());
    }
}
