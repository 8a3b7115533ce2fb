package io.whorl.benchmarks.sidebyside.report;

import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers with as many digits as they deserve. */
final class Numbers {
    private static final String NONE = "-";

    private Numbers() {}

    /** Three digits, more before the point. */
    static String shown(OptionalDouble number) {
        if (number.isEmpty()) {
            return NONE;
        }
        double value = number.getAsDouble();
        String form = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, form, value >= 10_000 ? Math.rint(value / 100) * 100 : value);
    }

    /** A share in whole percent. */
    static String percent(OptionalDouble share) {
        return share.isEmpty() ? NONE : String.format(Locale.ROOT, "%.0f", share.getAsDouble() * 100);
    }
}
