package io.whorl.testkit.simulation;

/** What is wrong with a disk at the moment. It outlives the processes that meet it. */
final class DiskTrouble {
    private long slowUntil;
    private long fullUntil;
    private boolean failsNextStep;
    private boolean failsNextSync;

    /** Everything that changes or reads the disk takes long until then. */
    void slowUntil(long time) {
        slowUntil = Math.max(slowUntil, time);
    }

    /** There is no room for another batch until then; what is there can be read. */
    void fullUntil(long time) {
        fullUntil = Math.max(fullUntil, time);
    }

    /** The next step, be it a read or a batch, fails as an input or output error. */
    void failNextStep() {
        failsNextStep = true;
    }

    /** The next sync fails as an input or output error. */
    void failNextSync() {
        failsNextSync = true;
    }

    boolean isSlow(long now) {
        return now < slowUntil;
    }

    boolean isFull(long now) {
        return now < fullUntil;
    }

    /** Whether this step fails; at the most once for each order. */
    boolean takeStepError() {
        boolean fails = failsNextStep;
        failsNextStep = false;
        return fails;
    }

    /** Whether this sync fails; at the most once for each order. */
    boolean takeSyncError() {
        boolean fails = failsNextSync;
        failsNextSync = false;
        return fails;
    }

    /** Whether an error is still to come. */
    boolean isErrorDue() {
        return failsNextStep || failsNextSync;
    }

    /** All is well from now on. */
    void mend() {
        slowUntil = 0;
        fullUntil = 0;
        failsNextStep = false;
        failsNextSync = false;
    }
}
