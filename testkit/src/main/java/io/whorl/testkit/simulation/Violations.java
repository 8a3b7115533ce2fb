package io.whorl.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/** Collects violations; the first few tell enough. */
final class Violations {
    private static final int MOST = 20;

    private final Kernel kernel;
    private final List<Violation> found = new ArrayList<>();

    Violations(Kernel kernel) {
        this.kernel = kernel;
    }

    void add(Checker checker, String detail) {
        if (found.size() < MOST) {
            found.add(new Violation(checker, kernel.now(), detail));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> found() {
        return List.copyOf(found);
    }
}
