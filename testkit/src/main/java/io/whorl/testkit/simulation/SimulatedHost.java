package io.whorl.testkit.simulation;

import io.whorl.api.NodeEvent;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeListener;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.Ports;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine: an address, a clock, a disk, and the processes of one node that run on it one after the other. */
final class SimulatedHost {
    private static final int PORT = 7_700;

    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final History history;
    private final Violations violations;
    private final int index;
    private final int lanes;
    private final Draws draws;
    private final SimulatedDisk disk = new SimulatedDisk();
    private final HostClock clock;
    private final List<long[]> pauses = new ArrayList<>();
    private final List<Runnable> parked = new ArrayList<>();
    private NodeOptions options;
    private long pausedUntil;
    private int starts;
    private SimulatedProcess process;
    private SimulatedTransport transport;
    private SimulatedStorage storage;
    private Node node;
    private boolean ready;

    SimulatedHost(
            Kernel kernel,
            SimulatedNetwork network,
            History history,
            Violations violations,
            int index,
            int lanes,
            Draws draws) {
        this.kernel = kernel;
        this.network = network;
        this.history = history;
        this.violations = violations;
        this.index = index;
        this.lanes = lanes;
        this.draws = draws;
        this.clock = new HostClock(kernel, draws.fork("monotonic").between(0, 1_000_000 * Kernel.SECOND));
    }

    static Address address(int index) {
        return new Address("host-" + index, PORT);
    }

    Address address() {
        return address(index);
    }

    int index() {
        return index;
    }

    SimulatedDisk disk() {
        return disk;
    }

    HostClock clock() {
        return clock;
    }

    /** The node of the present process; null while there is none. */
    Node node() {
        return node;
    }

    /** The present process, or the last one. */
    SimulatedProcess process() {
        return process;
    }

    /** The present process's run. */
    long run() {
        return node == null ? 0 : node.run();
    }

    /** Whether a process lives here. */
    boolean isRunning() {
        return node != null;
    }

    /** Whether the node belongs to a cluster and serves. */
    boolean isReady() {
        return node != null && ready;
    }

    void configure(NodeOptions nodeOptions) {
        this.options = nodeOptions;
    }

    void startIfDown() {
        if (node == null) {
            start();
        }
    }

    private void start() {
        String name = "start-" + starts++;
        process = new SimulatedProcess(kernel, this);
        SimulatedProcess mine = process;
        Draws own = draws.fork(name);
        transport = new SimulatedTransport(network, mine, own.fork("transport"));
        storage = new SimulatedStorage(kernel, mine, disk, history, own.fork("storage"));
        List<Lane> all = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            all.add(new SimulatedLane(kernel, mine, clock, own.fork("lane-" + i)));
        }
        boolean shared = own.chance(0.5);
        Lane cluster = shared ? all.get(0) : new SimulatedLane(kernel, mine, clock, own.fork("lane-of-the-cluster"));
        Ports ports = new Ports(cluster, all, storage, Optional.of(transport), new SimulatedRandom(own.fork("random")));
        ready = false;
        node = Node.create(options, ports, new Turns(mine));
        try {
            node.start();
        } catch (RuntimeException e) {
            violations.add(Checker.NODE_STOPPED, this + " does not start: " + e);
            end();
        }
    }

    /** What the node tells of itself; a dead process tells nothing. */
    private final class Turns implements NodeListener {
        private final SimulatedProcess mine;

        Turns(SimulatedProcess mine) {
            this.mine = mine;
        }

        @Override
        public void ready(ClusterState state) {
            ready = ready || mine == process;
        }

        @Override
        public void startFailed(String reason) {
            stopped("does not start: " + reason);
        }

        @Override
        public void happened(NodeEvent event) {}

        @Override
        public void stoppedItself(String reason, Throwable cause) {
            StackTraceElement[] trace = cause.getStackTrace();
            stopped("stopped itself: " + reason + " (" + cause.getClass().getSimpleName()
                    + (trace.length == 0 ? "" : " at " + trace[0]) + ")");
        }

        private void stopped(String what) {
            if (mine == process && mine.isAlive()) {
                violations.add(Checker.NODE_STOPPED, SimulatedHost.this + " " + what);
                // What the node has begun to say, it says; then its process ends.
                mine.after(Kernel.MILLI, () -> {
                    transport.close();
                    end();
                });
            }
        }
    }

    /**
     * The process dies.
     *
     * @param power whether the machine dies too, which undoes some of what was not synced
     */
    void crash(boolean power, Draws faults) {
        transport.die(!power);
        end();
        if (power && disk.losePower(faults) > 0) {
            history.lostPower(this);
        }
    }

    /** Closes the node in order; the host is down a little later. */
    void close() {
        SimulatedProcess closing = process;
        SimulatedTransport its = transport;
        SimulatedStorage engine = storage;
        node.close(() -> closing.after(0, () -> {
            its.close();
            engine.close();
            if (process == closing) {
                end();
            }
        }));
    }

    private void end() {
        process.end();
        node = null;
        transport = null;
        storage = null;
        ready = false;
        pausedUntil = 0;
    }

    // ---- pauses

    long pausedUntil() {
        return pausedUntil;
    }

    void pauseUntil(long time) {
        if (time > pausedUntil) {
            pauses.add(new long[] {kernel.now(), time});
            pausedUntil = time;
            kernel.at(time, () -> {
                if (kernel.now() >= pausedUntil) {
                    resume();
                }
            });
        }
    }

    /** Keeps a task until the host goes on. */
    void park(Runnable task) {
        long cause = kernel.cause();
        parked.add(() -> kernel.causedBy(cause, task));
    }

    /** The host goes on, and everything that waited for it happens soon, in any order. */
    void resume() {
        pausedUntil = Math.min(pausedUntil, kernel.now());
        List<Runnable> waiting = List.copyOf(parked);
        parked.clear();
        waiting.forEach(task -> kernel.after(0, task));
    }

    /** How long the host stood still, at the most, between two instants. */
    long pausedBetween(long from, long to) {
        long sum = 0;
        for (long[] pause : pauses) {
            sum += Math.max(0, Math.min(to, pause[1]) - Math.max(from, pause[0]));
        }
        return sum;
    }

    @Override
    public String toString() {
        return "host " + index;
    }
}
