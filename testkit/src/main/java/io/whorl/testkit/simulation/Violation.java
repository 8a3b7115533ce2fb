package io.whorl.testkit.simulation;

import java.util.Locale;

/**
 * A promise that was broken.
 *
 * @param checker who noticed
 * @param atNanos when, in nanoseconds of simulated time
 * @param detail what was found and what was expected
 */
public record Violation(Checker checker, long atNanos, String detail) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%s) at %.3f s: %s", checker, checker.promise(), atNanos / 1e9, detail);
    }
}
