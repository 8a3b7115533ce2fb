package io.whorl.testkit.simulation;

/**
 * One life of a simulated node's process, from a start to a crash or a close. Whatever was scheduled for it does nothing once it
 * is over, and waits while the process stands still.
 */
final class SimulatedProcess {
    private final Kernel kernel;
    private final SimulatedHost host;
    private boolean alive = true;

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
