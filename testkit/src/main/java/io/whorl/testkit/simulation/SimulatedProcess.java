package io.whorl.testkit.simulation;

/**
 * One life of a simulated node's process, from a start to a crash or a close. Whatever was scheduled for it does nothing once it
 * is over, and waits while the process stands still.
 */
final class SimulatedProcess {
    private final Kernel kernel;
    private final SimulatedHost host;
    private boolean alive = true;
    private boolean metFullDisk;
    private boolean metError;
    private boolean metErrorInStep;

    SimulatedProcess(Kernel kernel, SimulatedHost host) {
        this.kernel = kernel;
        this.host = host;
    }

    SimulatedHost host() {
        return host;
    }

    boolean isAlive() {
        return alive;
    }

    void end() {
        alive = false;
    }

    /** The storage engine had no room for a batch. */
    void metFullDisk() {
        metFullDisk = true;
        kernel.probes().hit(Probe.FULL_DISK_REFUSED);
    }

    boolean hasMetFullDisk() {
        return metFullDisk;
    }

    /**
     * The storage engine failed: the node has to stop itself.
     *
     * @param inStep whether a read or a batch failed, whose caller knows at once; else a sync
     */
    void metError(boolean inStep) {
        metErrorInStep |= inStep;
        if (!metError) {
            metError = true;
            host.metError(this);
        }
    }

    boolean hasMetError() {
        return metError;
    }

    /** Whether a read or a batch failed, after which nothing may be written any more. */
    boolean hasMetErrorInStep() {
        return metErrorInStep;
    }

    /** Runs a task of this process after a delay, or once a pause is over, unless the process has ended by then. */
    void after(long delayNanos, Runnable task) {
        kernel.after(delayNanos, () -> whenAwake(task));
    }

    /** Runs a task of this process now, or once the present pause is over, unless the process has ended by then. */
    void whenAwake(Runnable task) {
        if (!alive) {
            return;
        }
        if (kernel.now() < host.pausedUntil()) {
            host.park(() -> whenAwake(task));
        } else {
            task.run();
        }
    }
}
