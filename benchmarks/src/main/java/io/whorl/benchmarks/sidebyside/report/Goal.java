package io.whorl.benchmarks.sidebyside.report;

import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Something that Whorl is to reach in a run, against an engine of the same run or as a figure. */
sealed interface Goal {

    /** What is done, in words. */
    String work();

    /** The bound, in words. */
    String bound();

    /** What the run says; empty if it did not measure it. */
    OptionalDouble measured(Results results);

    /** Whether the measured value is within the bound. */
    boolean met(double measured);

    /**
     * A ratio to the best of some engines: at least so much of their throughput, or at most so much of what it costs them.
     *
     * @param engine who has to reach it
     * @param cell the work
     * @param figure what is compared
     * @param factor the bound
     * @param others whom it is compared with; where there are several, the one that is hardest to reach
     */
    record Ratio(String work, String engine, Cell cell, Figure figure, double factor, List<String> others)
            implements Goal {

        @Override
        public String bound() {
            String number = String.format(Locale.ROOT, "%s %.1f x ", more() ? ">=" : "<=", factor);
            return number
                    + (others.size() == 1 ? others.get(0) : "the better of " + String.join(", ", others))
                    + (more() ? "" : ", " + figure.unit());
        }

        private boolean more() {
            return figure == Figure.THROUGHPUT;
        }

        @Override
        public OptionalDouble measured(Results results) {
            OptionalDouble hardest = OptionalDouble.empty();
            for (String other : others) {
                OptionalDouble ratio = results.ratio(engine, cell, other, cell, figure);
                if (ratio.isEmpty()) {
                    return ratio;
                }
                boolean harder = hardest.isEmpty() || more() == ratio.getAsDouble() < hardest.getAsDouble();
                hardest = harder ? ratio : hardest;
            }
            return hardest;
        }

        @Override
        public boolean met(double measured) {
            return more() ? measured >= factor : measured <= factor;
        }
    }

    /**
     * A time from the begin of the start to the first put.
     *
     * @param engine whose
     * @param millis the bound
     */
    record Start(String work, String engine, double millis) implements Goal {

        @Override
        public String bound() {
            return String.format(Locale.ROOT, "<= %.0f ms", millis);
        }

        @Override
        public OptionalDouble measured(Results results) {
            return results.start(engine);
        }

        @Override
        public boolean met(double measured) {
            return measured <= millis;
        }
    }

    /**
     * Bytes on disk in parts of another engine's.
     *
     * @param engine whose
     * @param valueBytes how long the values are
     * @param factor the bound
     * @param other the other engine
     */
    record Disk(String work, String engine, int valueBytes, double factor, String other) implements Goal {

        @Override
        public String bound() {
            return String.format(Locale.ROOT, "<= %.1f x %s, bytes", factor, other);
        }

        @Override
        public OptionalDouble measured(Results results) {
            if (results.end(engine, valueBytes).isEmpty()
                    || results.end(other, valueBytes).isEmpty()) {
                return OptionalDouble.empty();
            }
            double mine = results.end(engine, valueBytes).get().files();
            return OptionalDouble.of(mine / results.end(other, valueBytes).get().files());
        }

        @Override
        public boolean met(double measured) {
            return measured <= factor;
        }
    }
}
