package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Progress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Production nodes with their default settings and one lane each, in virtual time and calm weather, counted and not checked. */
final class ScaleBench {
    static final int PARTITIONS = 256;
    private static final String BUCKET = "data";
    private static final int N = 3;
    private static final int KEYS = 2 * PARTITIONS;
    private static final long LATENCY = 800 * Kernel.MICRO;
    private static final long PATIENCE = 600 * Kernel.SECOND;
    private static final long STEP = Kernel.MILLI;

    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final Violations violations;
    private final History history;
    private final Fleet fleet = new Fleet();
    private final List<SimulatedHost> hosts = fleet.all();
    private final Draws draws;

    /**
     * What a state's way to all members cost.
     *
     * @param madeNanos until the caller knew that its change is made
     * @param knownNanos until every member knew the state, durably
     * @param messages that carried states and asked for them
     * @param bytes of those
     */
    record Spread(long madeNanos, long knownNanos, long messages, long bytes) {}

    /**
     * What a join cost.
     *
     * @param slots that changed their holder, for the bucket's N
     * @param epochs that were agreed upon
     * @param largestEpoch bytes of the largest of them
     * @param nanos from the new node's start until the cluster was at rest again
     * @param sent meanwhile, by all nodes
     */
    record Join(int slots, long epochs, int largestEpoch, long nanos, Traffic sent) {}

    /** Makes a cluster of so many nodes with one bucket of N = 3 and two keys in each partition, about. */
    ScaleBench(long seed, int nodes) {
        draws = new Draws(seed);
        kernel = new Kernel(draws);
        violations = new Violations(kernel);
        history = new History(kernel, violations, fleet);
        network = new SimulatedNetwork(kernel, draws.fork("network"), nodes + 1, LATENCY);
        // The last of them joins later.
        for (int i = 0; i <= nodes; i++) {
            SimulatedHost host = new SimulatedHost(kernel, network, history, violations, i, 1, draws.fork("host-" + i));
            host.enter(NodeOptions.builder("scale", SimulatedHost.address(i))
                    .contactPoints(List.of(SimulatedHost.address(0)))
                    .foundingNodes(nodes)
                    .partitions(PARTITIONS)
                    .build());
            fleet.add(host);
        }
        members().forEach(SimulatedHost::startIfDown);
        await(() -> members().stream().allMatch(SimulatedHost::isReady), "the founding");
        spread(new Change.CreateBucket(BUCKET, options(2)));
        fill();
        pass(20 * Kernel.SECOND);
    }

    private List<SimulatedHost> members() {
        return hosts.subList(0, hosts.size() - 1);
    }

    private void await(BooleanSupplier condition, String what) {
        boolean held =
                kernel.runUntil(() -> condition.getAsBoolean() || !violations.isEmpty(), kernel.now() + PATIENCE);
        if (!held || !violations.isEmpty()) {
            throw new AssertionError(what + " did not come about: " + violations.found());
        }
    }

    private void pass(long nanos) {
        kernel.runUntil(kernel.now() + nanos);
    }

    private ClusterState state(SimulatedHost host) {
        return host.node().state().orElseThrow();
    }

    ClusterState state() {
        return state(hosts.get(0));
    }

    private void fill() {
        BucketDefinition bucket = state().buckets().get(0);
        int[] written = new int[1];
        for (int i = 0; i < KEYS; i++) {
            SimulatedHost host = hosts.get(i % members().size());
            byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
            ClientRequest request = new ClientRequest(
                    i + 1,
                    ClientRequest.Kind.PUT,
                    host,
                    bucket,
                    key,
                    key,
                    null,
                    RequestOptions.of(0, PATIENCE),
                    kernel.now());
            history.begun(request);
            kernel.causedBy(
                    request.number,
                    () -> host.node().write(bucket, key, new Write(key, null, 0), request.how(), new Callback<>() {
                        @Override
                        public void succeeded(WriteResult result) {
                            written[0]++;
                        }

                        @Override
                        public void failed(Failure failure) {
                            throw new AssertionError(failure.toString());
                        }
                    }));
        }
        await(() -> written[0] == KEYS, "the writing of " + KEYS + " keys");
    }

    // ---- what is measured

    /** What all members send while nobody asks anything of them. */
    Traffic idle(long nanos) {
        Traffic before = network.traffic().copy();
        pass(nanos);
        return network.traffic().since(before);
    }

    /** Changes the bucket's W, asked for at any member. */
    Spread spread() {
        int w = state().buckets().get(0).options().writeQuorum() == 2 ? 3 : 2;
        return spread(new Change.ChangeBucket(BUCKET, options(w)));
    }

    private static BucketOptions options(int w) {
        return BucketOptions.builder().replicas(N).writeQuorum(w).build();
    }

    private Spread spread(Change change) {
        Traffic before = network.traffic().copy();
        long begun = kernel.now();
        long[] made = new long[2];
        draws.pick(members()).node().change(change, PATIENCE, new Callback<>() {
            @Override
            public void succeeded(ClusterState result) {
                made[0] = kernel.now() - begun;
                made[1] = result.epoch();
            }

            @Override
            public void failed(Failure failure) {
                throw new AssertionError(failure.toString());
            }
        });
        await(() -> made[0] != 0, change.toString());
        await(() -> members().stream().allMatch(host -> state(host).epoch() >= made[1]), "an epoch of all");
        long known = kernel.now() - begun;
        // What is still under way belongs to it.
        pass(2 * LATENCY);
        Traffic sent = network.traffic().since(before);
        return new Spread(made[0], known, sent.messages(Traffic.Purpose.STATES), sent.bytes(Traffic.Purpose.STATES));
    }

    /** One more node joins, and takes its share of the slots. */
    Join join() {
        Traffic before = network.traffic().copy();
        ClusterState old = state();
        long begun = kernel.now();
        SimulatedHost joining = hosts.get(hosts.size() - 1);
        joining.startIfDown();
        int largest = 0;
        OptionalLong seen = OptionalLong.empty();
        while (!hasJoined(joining)) {
            if (kernel.now() - begun > PATIENCE || !violations.isEmpty()) {
                throw new AssertionError("the node does not join: " + state() + violations.found());
            }
            pass(STEP);
            if (seen.isEmpty() || seen.getAsLong() < state().epoch()) {
                seen = OptionalLong.of(state().epoch());
                largest = Math.max(largest, state().encode().length);
            }
        }
        long took = kernel.now() - begun;
        int slots = state().ring().partitionsOf(joining.id(), N).size();
        return new Join(
                slots,
                state().epoch() - old.epoch(),
                largest,
                took,
                network.traffic().since(before));
    }

    private boolean hasJoined(SimulatedHost joining) {
        return joining.isReady()
                && hosts.stream().allMatch(host -> state(host).epoch() == state().epoch())
                && state().members().size() == hosts.size()
                && Progress.isAtRest(state());
    }
}
