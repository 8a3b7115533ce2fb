package io.whorl.benchmarks.sidebyside.work;

/** How far a run is. Requests that begin while it is measured count. */
final class Phase {
    static final int RAMP = 0;
    static final int MEASURED = 1;
    static final int OVER = 2;

    private volatile int now = RAMP;

    int now() {
        return now;
    }

    void become(int phase) {
        now = phase;
    }
}
