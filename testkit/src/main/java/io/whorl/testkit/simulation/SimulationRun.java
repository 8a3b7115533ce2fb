package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One simulation from its founding to its last check. */
final class SimulationRun {
    static final long STARTING = 90 * Kernel.SECOND;
    /** The share of runs in which faults may void promise P1. */
    private static final double WITH_EXCUSES = 1.0 / 400;

    private final Simulation simulation;
    private final Draws draws;
    private final SimulationOptions options;
    private final Kernel kernel;
    private final Violations violations;
    private final Fleet fleet = new Fleet();
    private final History history;
    private final SimulatedNetwork network;
    private final OutcomeCheck outcomes;
    private final SimulatedClients clients;
    private final FaultInjector injector;
    private final List<BucketDefinition> buckets = new ArrayList<>();
    private final Settling settling;

    SimulationRun(Simulation simulation) {
        this.simulation = simulation;
        this.draws = new Draws(simulation.seed());
        this.options = SimulationOptions.draw(draws.fork("options"), simulation.nodes());
        this.kernel = new Kernel(draws);
        this.violations = new Violations(kernel);
        this.history = new History(kernel, violations, fleet);
        Draws faults = draws.fork("faults");
        Set<FaultClass> on = faultClasses(faults);
        boolean grows = on.contains(FaultClass.JOIN) || on.contains(FaultClass.REPLACE);
        int machines = options.nodes() + (grows ? MemberFaults.RESERVE : 0);
        this.network = new SimulatedNetwork(kernel, draws.fork("network"), machines, options.latency());
        for (int i = 0; i < machines; i++) {
            fleet.add(new SimulatedHost(
                    kernel, network, history, violations, i, options.lanes(), draws.fork("host-" + i)));
        }
        for (int i = 0; i < options.nodes(); i++) {
            fleet.all().get(i).enter(options.node(i, simulation.plantedBug()));
        }
        this.outcomes = new OutcomeCheck(kernel, history, violations, options);
        Workload workload = simulation.workload().orElse(Workload.mixed(options.puts(), options.deletes()));
        this.clients =
                new SimulatedClients(kernel, fleet.all(), options, workload, history, outcomes, draws.fork("clients"));
        MemberFaults members = new MemberFaults(kernel, fleet, history, options, buckets, this::joining);
        this.injector = new FaultInjector(kernel, network, fleet, history, on, options, members, faults);
        this.settling =
                new Settling(kernel, network, options, history, violations, outcomes, clients, buckets, members);
        if (draws.fork("excuses").chance(WITH_EXCUSES)) {
            history.losses().permitExcuses();
        }
    }

    /** The classes of faults of this run; slots move in half of the runs, and disks are lost without a successor in others. */
    private Set<FaultClass> faultClasses(Draws faults) {
        Set<FaultClass> on = simulation.faults().drawn(faults);
        on.removeAll(options.impossible());
        Set<FaultClass> lasting = EnumSet.of(FaultClass.LOST_DISK, FaultClass.ROLLED_BACK_DISK);
        if (simulation.faults().equals(Faults.swarm())
                && faults.fork("membership").chance(0.5)) {
            on.removeAll(MemberFaults.MOVING);
        }
        if (on.stream().anyMatch(MemberFaults.MOVING::contains)) {
            // A host that is lost is removed, and what is restored from a backup is another node.
            on.removeAll(lasting);
        }
        if (on.contains(FaultClass.FLIPPED_BYTE)) {
            // A replica in doubt needs more peers than are left where a host is gone for ever.
            on.remove(FaultClass.LOST_DISK);
        }
        return on;
    }

    private NodeOptions joining(int index, List<SimulatedHost> contactPoints, Optional<NodeId> replaces) {
        List<Address> addresses = new ArrayList<>();
        // All lists begin with the founder, as operators are told to have them.
        addresses.add(SimulatedHost.address(0));
        contactPoints.stream()
                .map(SimulatedHost::address)
                .filter(address -> !addresses.contains(address))
                .forEach(addresses::add);
        return options.joining(index, simulation.plantedBug(), addresses, replaces);
    }

    SimulationResult run() {
        injector.setClocks();
        if (found() && work()) {
            injector.heal();
            clients.stop();
            // What was said before the healing may yet arrive, however late, and be done.
            kernel.runUntil(Math.max(network.lastArrival(), kernel.now() + options.timeout()));
            if (settling.settle("after the faults") && restart()) {
                settling.settle("after the restart");
            }
        }
        return new SimulationResult(
                simulation.seed(),
                simulation,
                options + "; faults " + injector.rates(),
                violations.found(),
                kernel.trace().hash(),
                kernel.now(),
                outcomes.requests(),
                outcomes.acknowledged(),
                history.excused(),
                outcomes.regularity().checked(),
                outcomes.regularity().excused(),
                injector.fired(),
                kernel.probes().hits(),
                settling.values());
    }

    // ---- phases

    private boolean found() {
        Draws mine = draws.fork("founding");
        for (SimulatedHost host : fleet.inService()) {
            kernel.after(mine.between(0, Kernel.SECOND), host::startIfDown);
        }
        if (!settling.awaitReady("the founding")) {
            return false;
        }
        for (int i = 0; i < options.buckets().size(); i++) {
            if (!create("bucket-" + i, options.buckets().get(i), mine.pick(fleet.inService()))) {
                return false;
            }
        }
        return kernel.runUntil(this::allKnowAllBuckets, kernel.now() + STARTING)
                || failed(Checker.UNAVAILABLE, "not every node has learned of every bucket");
    }

    private boolean create(String name, BucketOptions bucket, SimulatedHost at) {
        List<BucketDefinition> created = new ArrayList<>(1);
        List<Failure> failures = new ArrayList<>(1);
        at.node().createBucket(name, bucket, STARTING, new Callback<>() {
            @Override
            public void succeeded(BucketDefinition result) {
                created.add(result);
            }

            @Override
            public void failed(Failure failure) {
                failures.add(failure);
            }
        });
        kernel.runUntil(() -> !created.isEmpty() || !failures.isEmpty(), kernel.now() + STARTING);
        if (created.isEmpty()) {
            return failed(Checker.UNAVAILABLE, "bucket " + name + " was not created at " + at + ": " + failures);
        }
        buckets.add(created.get(0));
        return true;
    }

    private boolean allKnowAllBuckets() {
        return fleet.inService().stream()
                .allMatch(host -> host.isReady()
                        && host.node().state().orElseThrow().buckets().size() == buckets.size());
    }

    /** Clients work while faults happen, until the time is over or something is wrong. */
    private boolean work() {
        clients.begin(buckets);
        injector.begin();
        long end = kernel.now() + simulation.duration().toNanos();
        kernel.runUntil(() -> !violations.isEmpty(), end);
        return violations.isEmpty();
    }

    private boolean restart() {
        Draws mine = draws.fork("restart");
        for (SimulatedHost host : fleet.living()) {
            if (!host.isRunning()) {
                continue;
            }
            if (mine.chance(0.5)) {
                host.close();
            } else {
                host.crash(mine.chance(0.5), mine);
            }
        }
        if (!kernel.runUntil(() -> fleet.all().stream().noneMatch(SimulatedHost::isRunning), kernel.now() + STARTING)) {
            return failed(Checker.LATE_OUTCOME, "a node does not close: " + fleet.living());
        }
        for (SimulatedHost host : fleet.living()) {
            kernel.after(mine.between(0, 2 * Kernel.SECOND), host::startIfDown);
        }
        return true;
    }

    private boolean failed(Checker checker, String detail) {
        if (violations.isEmpty()) {
            violations.add(checker, detail);
        }
        return false;
    }
}
