package io.whorl.testkit.simulation;

import io.whorl.api.NodeEvent;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeListener;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.Ports;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.storage.CachingStorageEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A machine: an address, a clock, a disk, and the processes of one node that run on it one after the other. */
final class SimulatedHost {
    private static final long CACHE_BYTES = 128 << 10;
    /** Of longer records only so many bytes are kept: enough for the head of some, and not for that of others. */
    private static final int CACHED_OF_A_RECORD = 36;

    private static final int PORT = 7_700;
    /** How long a node may take from an error of its disk to stopping itself. */
    private static final long TO_STOP = Kernel.SECOND;

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
    private NodeId id;
    private boolean stopping;
    private boolean dead;
    private boolean inService;
    private boolean mayLeave;
    private boolean unused = true;
    private Consumer<SimulatedHost> onDiskFault = host -> {};

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

    /** The identity of the nodes that run here, one after the other; null before the first one of the present disk. */
    NodeId id() {
        return id;
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

    /** From now on the host is meant to run a node with these options. */
    void enter(NodeOptions nodeOptions) {
        this.options = nodeOptions;
        this.inService = true;
        this.unused = false;
        this.mayLeave = false;
    }

    /** How its node is configured; null before the first. */
    NodeOptions options() {
        return options;
    }

    /** Whether the host is meant to run a node of the cluster; also while that is down, or lost for ever and not removed yet. */
    boolean isInService() {
        return inService;
    }

    /** Whether no node has ever run here. */
    boolean isUnused() {
        return unused;
    }

    /** Whether it will never run again. */
    boolean isDead() {
        return dead;
    }

    void startIfDown() {
        if (node == null && !dead && inService) {
            start();
        }
    }

    /** The node is about to leave, or to be removed: from now on it may be told that it is no member any more. */
    void permitLeaving() {
        mayLeave = true;
    }

    /** Whether it has been told to leave, or is to be removed. */
    boolean mayLeave() {
        return mayLeave;
    }

    /** The node is no member any more, and the host out of service. */
    void retire() {
        inService = false;
    }

    /** The host loses its disk while it is down; the next node that runs here is another one, with these options. */
    void wipe(NodeOptions nodeOptions) {
        disk.rollBack(null);
        history.losses().lost(this, true);
        // The member that was here is lost from this instant on, not only once its successor runs.
        id = null;
        enter(nodeOptions);
    }

    /** The operator starts the node again with other options. */
    void restart(NodeOptions nodeOptions) {
        transport.die(true);
        end();
        options = nodeOptions;
        start();
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
        Ports ports = new Ports(
                cluster,
                all,
                cached(own.fork("cache")),
                Optional.of(transport),
                new SimulatedRandom(own.fork("random")));
        ready = false;
        node = Node.create(options, ports, new Turns(mine));
        try {
            node.start();
            id = node.id();
            history.fleet().named(id, this);
        } catch (RuntimeException e) {
            if (mine.hasMetError() || mine.hasMetFullDisk()) {
                stopAfterDiskFault();
            } else {
                violations.add(Checker.NODE_STOPPED, this + " does not start: " + e);
                end();
            }
        }
    }

    /** The storage, every other time with a cache of records in front of it, which has room for a few hundred of them. */
    private StorageEngine cached(Draws own) {
        return own.chance(0.5)
                ? new CachingStorageEngine(storage, CACHE_BYTES, own.next(), CACHED_OF_A_RECORD, CACHED_OF_A_RECORD)
                : storage;
    }

    // ---- disks that fail

    /** Promise P9: a node that met an error of its disk has stopped itself a moment later. */
    void metError(SimulatedProcess met) {
        met.after(TO_STOP, () -> {
            if (met == process && !stopping) {
                violations.add(
                        Checker.SERVED_AFTER_ERROR,
                        this + " goes on although its disk had an error " + TO_STOP + " ns ago");
            }
        });
    }

    /** A node that met an error, or had no room to start, is started again some time later. */
    private void stopAfterDiskFault() {
        if (transport.hasStarted()) {
            transport.die(true);
        }
        end();
        onDiskFault.accept(this);
    }

    /** Tells what to do about a node that has stopped because of its disk: to start it again some time. */
    void onDiskFault(Consumer<SimulatedHost> task) {
        onDiskFault = task;
    }

    /** What the node tells of itself; a dead process tells nothing. */
    private final class Turns implements NodeListener {
        private final Set<String> doubts = new TreeSet<>();
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
        public void leftCluster(String reason) {
            if (mine != process || !mine.isAlive()) {
                return;
            }
            if (!mayLeave) {
                stopped("was told that it is no member: " + reason);
                return;
            }
            stopping = true;
            mine.after(Kernel.MILLI, () -> {
                transport.close();
                end();
                inService = false;
            });
        }

        @Override
        public void happened(NodeEvent event) {
            Probes probes = kernel.probes();
            probes.sometimes(Probe.MEMBER_SUSPECTED, event instanceof NodeEvent.MemberSuspected);
            probes.sometimes(Probe.MEMBER_DIED, event instanceof NodeEvent.MemberDied);
            probes.sometimes(Probe.MEMBER_RETURNED, event instanceof NodeEvent.MemberReturned);
            if (event instanceof NodeEvent.ReplicaInDoubt doubt) {
                probes.hit(Probe.REPLICA_IN_DOUBT);
                doubts.add(doubt.bucket() + "/" + doubt.partition());
            } else if (event instanceof NodeEvent.ReplicaCaughtUp again) {
                probes.sometimes(Probe.DOUBT_REPAIRED, doubts.remove(again.bucket() + "/" + again.partition()));
            }
        }

        @Override
        public void stoppedItself(String reason, Throwable cause) {
            StackTraceElement[] trace = cause.getStackTrace();
            stopped("stopped itself: " + reason + " (" + cause.getClass().getSimpleName()
                    + (trace.length == 0 ? "" : " at " + trace[0]) + ")");
        }

        private void stopped(String what) {
            if (mine == process && mine.isAlive()) {
                stopping = true;
                boolean hasReason = mine.hasMetError();
                if (!hasReason) {
                    violations.add(Checker.NODE_STOPPED, SimulatedHost.this + " " + what);
                }
                // What the node has begun to say, it says; then its process ends.
                mine.after(Kernel.MILLI, () -> {
                    if (hasReason) {
                        kernel.probes().hit(Probe.STOPPED_ON_ERROR);
                        stopAfterDiskFault();
                    } else {
                        transport.close();
                        end();
                    }
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
        if (power) {
            loseUnsynced(faults, false);
        }
    }

    /**
     * Of what was not synced, the disk loses a random part.
     *
     * @param torn whether at least the last batch is lost, if any may be
     * @return whether anything was lost
     */
    boolean loseUnsynced(Draws faults, boolean torn) {
        boolean lost = disk.losePower(faults, history.losses().needed(this, false), torn) > 0;
        if (lost) {
            history.losses().lost(this, false);
        }
        return lost;
    }

    /** The disk goes back to an earlier state of its own, though that has been synced since. The host has to be down. */
    void rollBack(SimulatedDisk.Image image) {
        disk.rollBack(image);
        history.losses().lost(this, true);
    }

    /** The host and its disk are gone for ever. */
    void die() {
        if (node != null) {
            transport.die(false);
            end();
        }
        dead = true;
        disk.rollBack(null);
        history.losses().lost(this, true);
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
        node.state().ifPresent(state -> history.epochs().published(this, state.epoch()));
        process.end();
        node = null;
        transport = null;
        storage = null;
        ready = false;
        stopping = false;
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

    /** What keeps it from being ready, for the report of a violation. */
    String waiting() {
        String why = "its process is down";
        if (node != null) {
            why = node.state()
                    .map(state -> "it knows epoch " + state.epoch() + " and waits for connections")
                    .orElseGet(node::waitingFor);
        }
        return this + " (" + why + ")";
    }

    @Override
    public String toString() {
        return "host " + index;
    }
}
