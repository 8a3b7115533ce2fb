package io.whorl.benchmarks.sidebyside.work;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What one run of one cell measured. Immutable; written as one line of text. */
public final class Figures {
    private final Map<Figure, Double> values;

    /** One of the measured quantities. */
    public enum Figure {
        /** Requests per second. */
        THROUGHPUT("ops/s"),
        /** The median latency. */
        P50("p50 us"),
        /** The latency that 1 of 100 requests exceeds. */
        P99("p99 us"),
        /** The latency that 1 of 1,000 requests exceeds. */
        P999("p99.9 us"),
        /** CPU time of the process per request. */
        CPU("CPU us/op"),
        /** Bytes allocated on the heap per request. */
        ALLOCATED("B/op");

        private final String unit;

        Figure(String unit) {
            this.unit = unit;
        }

        /** What it is measured in, for the head of a table. */
        public String unit() {
            return unit;
        }
    }

    /** One with all these values. */
    public Figures(Map<Figure, Double> values) {
        this.values = new EnumMap<>(values);
    }

    /** One of the values. */
    public double get(Figure figure) {
        return values.get(figure);
    }

    /** All values with commas between them, in the order of {@link Figure}. */
    public String line() {
        StringJoiner line = new StringJoiner(",");
        for (Figure figure : Figure.values()) {
            line.add(String.format(Locale.ROOT, "%.3f", values.get(figure)));
        }
        return line.toString();
    }

    /**
     * What {@link #line} has written.
     *
     * @throws IllegalArgumentException if the line has another number of values, or one that is no number
     */
    public static Figures parse(String line) {
        String[] parts = line.split(",");
        if (parts.length != Figure.values().length) {
            throw new IllegalArgumentException("expected " + Figure.values().length + " figures, not: " + line);
        }
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            values.put(figure, Double.parseDouble(parts[figure.ordinal()]));
        }
        return new Figures(values);
    }
}
