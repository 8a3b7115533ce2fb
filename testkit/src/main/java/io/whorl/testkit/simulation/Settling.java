package io.whorl.testkit.simulation;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.message.Failure;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Slots;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits until everything has settled, and then checks what there is. */
final class Settling {
    /** A reader that is refused because too many read comes again after this time, and for so long at the most. */
    private static final long AFTER_REFUSAL = Kernel.SECOND / 2;

    private static final long REFUSED_AT_MOST = 60 * Kernel.SECOND;

    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final Fleet fleet;
    private final MemberFaults members;
    private final SimulationOptions options;
    private final History history;
    private final Violations violations;
    private final OutcomeCheck outcomes;
    private final SimulatedClients clients;
    private final List<BucketDefinition> buckets;
    private final List<SimulationResult.KeyValues> values = new ArrayList<>();

    /** @param buckets a list that may still be filled */
    Settling(
            Kernel kernel,
            SimulatedNetwork network,
            SimulationOptions options,
            History history,
            Violations violations,
            OutcomeCheck outcomes,
            SimulatedClients clients,
            List<BucketDefinition> buckets,
            MemberFaults members) {
        this.kernel = kernel;
        this.network = network;
        this.fleet = history.fleet();
        this.members = members;
        this.options = options;
        this.history = history;
        this.violations = violations;
        this.outcomes = outcomes;
        this.clients = clients;
        this.buckets = buckets;
    }

    /** What every key held at the end. */
    List<SimulationResult.KeyValues> values() {
        return List.copyOf(values);
    }

    boolean awaitReady(String after) {
        if (fleet.living().isEmpty()) {
            return failed(Checker.NODE_STOPPED, "no node is left after " + after + " that should run");
        }
        return isReady()
                || (members.correctContactPoints() && isReady())
                || failed(
                        Checker.NODE_STOPPED,
                        "not every node is ready after " + after + ": "
                                + fleet.living().stream()
                                        .filter(host -> !host.isReady())
                                        .map(SimulatedHost::waiting)
                                        .toList());
    }

    private boolean isReady() {
        return kernel.runUntil(
                        () -> !violations.isEmpty() || fleet.living().stream().allMatch(SimulatedHost::isReady),
                        kernel.now() + SimulationRun.STARTING)
                && violations.isEmpty();
    }

    /** A replica in doubt that has no peers to take itself anew from waits for an operator, who accepts the loss. */
    private void acceptLosses() {
        for (BucketDefinition bucket : buckets) {
            if (Slots.of(bucket.options(), fleet.living().size()).count() == 1) {
                fleet.living().forEach(host -> host.node().acceptLoss(bucket, OptionalInt.empty(), found -> {}));
            }
        }
        fleet.newest().ifPresent(state -> state.buckets().forEach(bucket -> acceptLossesOfLast(state, bucket)));
    }

    /** A bucket that is to have more replicas than one has none to add while its last complete one is in doubt. */
    private void acceptLossesOfLast(ClusterState state, BucketDefinition bucket) {
        for (int partition = 0; partition < state.ring().partitions(); partition++) {
            List<NodeId> readers = state.slots(bucket, partition).readers();
            SimulatedHost last = readers.size() == 1 ? fleet.of(readers.get(0)) : null;
            if (last != null && last.isReady()) {
                last.node().acceptLoss(bucket, OptionalInt.of(partition), found -> {});
            }
        }
    }

    /** Waits until everything has settled, at the most as long as the configuration permits, and checks what there is then. */
    boolean settle(String when) {
        if (!awaitReady("healing")) {
            return false;
        }
        long moving =
                history.epochs().haveMoved() ? options.movingNanos(fleet.all().size()) : 0;
        long deadline = kernel.now() + options.settleNanos() + moving;
        long quietFor = options.quietNanos();
        SettledCheck check = inspect();
        while (violations.isEmpty() && kernel.now() < deadline) {
            long before = network.repairMessages();
            acceptLosses();
            members.removeThoseLetInLate();
            kernel.runUntil(kernel.now() + quietFor);
            check = inspect();
            if (network.repairMessages() == before
                    && isWhole()
                    && check.differences().isEmpty()) {
                break;
            }
        }
        outcomes.requireAllEnded();
        if (!members.open().isEmpty()) {
            violations.add(Checker.MOVES_LEFT, when + ": operators still wait: " + members.open());
        }
        checkEpochs();
        check.differences().forEach(each -> violations.add(each.checker(), when + ": " + each.detail()));
        checkEvents(check);
        if (violations.isEmpty()) {
            checkReads(check);
        }
        for (SimulatedHost host : fleet.living()) {
            kernel.probes()
                    .sometimes(
                            Probe.HINT_FOR_THE_DEAD, !history.hints().of(host).isEmpty());
        }
        kernel.probes().sometimes(Probe.CORE_SETTLED, !fleet.isComplete());
        return violations.isEmpty() && checkQuiet();
    }

    /** Whether all that will ever run do, are connected with each other, and know the same cluster state. */
    private boolean isWhole() {
        List<SimulatedHost> living = fleet.living();
        if (!members.open().isEmpty() || living.isEmpty()) {
            return false;
        }
        return living.stream()
                .allMatch(host -> host.isReady()
                        && epoch(host) == epoch(living.get(0))
                        && living.stream()
                                .allMatch(other -> other.isReady()
                                        && host.node().isReachable(other.node().id())));
    }

    private static long epoch(SimulatedHost host) {
        return host.node().state().orElseThrow().epoch();
    }

    /** Promise P8, as far as it can be broken without changes of the cluster: one epoch, one state. */
    private void checkEpochs() {
        ClusterState first = fleet.living().get(0).node().state().orElseThrow();
        for (SimulatedHost host : fleet.living()) {
            ClusterState own = host.node().state().orElseThrow();
            if (!own.equals(first)) {
                violations.add(
                        Checker.FORKED_EPOCH,
                        host + " knows " + own + ", but " + fleet.living().get(0) + " " + first);
            }
        }
    }

    private SettledCheck inspect() {
        Map<NodeId, Map<ReplicaId, ReplicaSnapshot>> nodes = new TreeMap<>();
        for (SimulatedHost host : fleet.all()) {
            if (host.isRunning()) {
                NodeId id = host.node().id();
                host.node().inspect(replicas -> {
                    Map<ReplicaId, ReplicaSnapshot> mine = new TreeMap<>();
                    replicas.forEach(each -> mine.put(each.replica(), each));
                    nodes.put(id, mine);
                });
            }
        }
        long running = fleet.all().stream().filter(SimulatedHost::isRunning).count();
        kernel.runUntil(() -> nodes.size() == running, kernel.now() + Kernel.SECOND);
        ClusterState state = fleet.newest().orElseThrow();
        return new SettledCheck(history, state, nodes, kernel.now());
    }

    private void checkEvents(SettledCheck settled) {
        EventCheck check = new EventCheck(history, violations);
        forEachKey(settled, (bucket, key, seen, record) -> check.check(key, seen, dots(record.siblings())));
    }

    private interface KeyVisitor {
        void visit(BucketDefinition bucket, KeyHistory key, DotSet seen, Record record);
    }

    /** Visits what each replica holds of each key that was ever written. */
    private void forEachKey(SettledCheck settled, KeyVisitor visitor) {
        for (BucketDefinition bucket : buckets) {
            for (int partition = 0; partition < options.partitions(); partition++) {
                ReplicaHistory replica = history.replica(new ReplicaId(bucket.number(), partition));
                List<ReplicaSnapshot> copies = settled.replicas(bucket, partition);
                DotSet seen = DotSet.empty();
                for (ReplicaSnapshot copy : copies) {
                    seen = copy == null ? seen : seen.join(copy.seen());
                }
                for (KeyHistory key : replica.keys.values()) {
                    for (ReplicaSnapshot copy : copies) {
                        if (copy != null) {
                            visitor.visit(bucket, key, seen, record(copy, key.key));
                        }
                    }
                }
            }
        }
    }

    private static Record record(ReplicaSnapshot replica, byte[] key) {
        return replica.records().stream()
                .filter(each -> Arrays.equals(each.key(), key))
                .map(ReplicaSnapshot.KeyedRecord::record)
                .findFirst()
                .orElse(Record.empty());
    }

    private static Set<Dot> dots(Collection<Sibling> siblings) {
        Set<Dot> dots = new TreeSet<>();
        siblings.forEach(each -> dots.add(each.dot()));
        return dots;
    }

    /**
     * Now that all is well, every node has to read every key as it is. Not where hosts are gone for ever: those that stand in for them
     * know only what they keep for them, and a replica that was cut off from power may lack the peers that strict reads need.
     */
    private void checkReads(SettledCheck settled) {
        values.clear();
        long until = kernel.now() + REFUSED_AT_MOST;
        AtomicInteger open = new AtomicInteger();
        for (int i = 0; i < buckets.size(); i++) {
            BucketDefinition bucket = buckets.get(i);
            for (int number = 0; number < options.keys(); number++) {
                byte[] key = SimulatedClients.key(number);
                int partition = KeyHash.partition(KeyHash.of(key), options.partitions());
                Record record = record(settled.replicas(bucket, partition).get(0), key);
                List<Sibling> expected = switch (bucket.options().conflicts()) {
                    case SIBLINGS -> record.newestFirst();
                    case LAST_WRITE_WINS ->
                        record.newestFirst().stream().limit(1).toList();
                };
                values.add(new SimulationResult.KeyValues(
                        i, number, expected.stream().map(Sibling::value).toList()));
                for (SimulatedHost host : fleet.isComplete() ? fleet.living() : List.<SimulatedHost>of()) {
                    open.incrementAndGet();
                    read(host, bucket, key, expected, until, open::decrementAndGet);
                }
            }
        }
        kernel.runUntil(() -> open.get() == 0, until + options.timeout() + Kernel.SECOND);
    }

    /** @param until how long a refusal is no failure yet */
    private void read(
            SimulatedHost host,
            BucketDefinition bucket,
            byte[] key,
            List<Sibling> expected,
            long until,
            Runnable then) {
        clients.read(host, bucket, key, new Callback<>() {
            @Override
            public void succeeded(ReadResult result) {
                if (!result.siblings().equals(expected)) {
                    violations.add(
                            Checker.DIVERGED,
                            host + " reads key " + ReplicaHistory.text(key) + " of " + bucket.name() + " as "
                                    + result.siblings() + ", but all replicas hold " + expected);
                }
                then.run();
            }

            @Override
            public void failed(Failure failure) {
                if (failure.kind() == Failure.Kind.OVERLOADED && kernel.now() < until) {
                    // All keys are read at once; a node that was slow a while ago lets in fewer, and says when to
                    // come again.
                    kernel.after(AFTER_REFUSAL, () -> read(host, bucket, key, expected, until, then));
                    return;
                }
                violations.add(
                        Checker.UNAVAILABLE,
                        host + " cannot read key " + ReplicaHistory.text(key) + " of " + bucket.name()
                                + " although all is well: " + failure);
                then.run();
            }
        });
    }

    /** Promise P4: once settled, replicas have nothing to say to each other. */
    private boolean checkQuiet() {
        long before = network.repairMessages();
        kernel.runUntil(kernel.now() + 3 * options.roundNanos());
        long sent = network.repairMessages() - before;
        return sent == 0
                || failed(
                        Checker.REPAIR_TRAFFIC,
                        sent + " messages of repair were sent although nothing was left to repair");
    }

    private boolean failed(Checker checker, String detail) {
        if (violations.isEmpty()) {
            violations.add(checker, detail);
        }
        return false;
    }
}
