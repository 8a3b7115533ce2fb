package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import io.whorl.core.handoff.HintOptions;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slots;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The cluster and the load of one simulation, drawn from its seed. Durations in nanoseconds.
 *
 * @param nodes how many nodes
 * @param lanes lanes of each node
 * @param partitions Q
 * @param buckets the buckets' options
 * @param keys keys in each bucket; few, so that writes meet
 * @param clients clients at each node
 * @param latency of a message, at the most, in calm weather; sometimes that of a slow link between continents
 * @param thinkTime how long a client waits between two operations, on average
 * @param timeout of a request
 * @param repairInterval of the nodes
 * @param probeInterval of the nodes
 * @param syncInterval of the nodes
 * @param dotLogLimit of the nodes; sometimes tiny, to force streams
 * @param repairBatchBytes of the nodes; sometimes tiny, to have streams of many steps
 * @param repairBytesPerSecond of the nodes; sometimes so few that a stream takes long, and much happens meanwhile
 * @param hintBytes how many bytes of hints a node keeps for one target; sometimes next to none
 * @param puts how many of a hundred operations are puts
 * @param deletes how many of a hundred operations are deletes
 * @param longAbsences which part of the nodes that go down stay away for long
 * @param zones into how many zones the hosts are spread; 0: none is named
 * @param movesAtOnce of the nodes
 * @param excludeAfter of the nodes
 * @param closingInterval of the nodes
 * @param closingAtLeast of the nodes
 */
record SimulationOptions(
        int nodes,
        int lanes,
        int partitions,
        List<BucketOptions> buckets,
        int keys,
        int clients,
        long latency,
        long thinkTime,
        long timeout,
        long repairInterval,
        long probeInterval,
        long syncInterval,
        long dotLogLimit,
        int repairBatchBytes,
        long repairBytesPerSecond,
        long hintBytes,
        int puts,
        int deletes,
        double longAbsences,
        int zones,
        int movesAtOnce,
        long excludeAfter,
        long closingInterval,
        int closingAtLeast) {

    private static final int[] NODES = {1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 5, 5, 6, 7};

    /** More nodes than there ever are: whoever waits for so many founds no cluster. */
    private static final int NEVER = 1_000;

    private static final long BYTES_OF_A_RECORD = 400;

    /** For so many rounds a node waits for the answer to what it told a peer before it tells it again. */
    private static final long PATIENCE_IN_ROUNDS = 4;

    private static final List<Long> LATENCIES =
            List.of(800 * Kernel.MICRO, 800 * Kernel.MICRO, 5 * Kernel.MILLI, 80 * Kernel.MILLI);

    private static final List<Double> LONG_ABSENCES = List.of(0.1, 0.3, 0.3, 0.9);

    /**
     * Some seeds are made for streams: many keys in few partitions, a log that holds next to nothing, tiny batches, and little
     * bandwidth; most of those delete much, so that keys are absent on both sides of a stream.
     */
    static SimulationOptions draw(Draws draws, OptionalInt nodes) {
        int drawnNodes = NODES[draws.below(NODES.length)];
        int lanes = 1 << draws.below(3);
        boolean streaming = draws.chance(0.2);
        int partitions = 1 << draws.below(streaming ? 2 : 5);
        List<BucketOptions> buckets = new ArrayList<>();
        int count = 1 + draws.below(3);
        for (int i = 0; i < count; i++) {
            buckets.add(bucket(draws));
        }
        int keys = (int) (streaming ? draws.between(20, 80) : draws.between(1, draws.chance(0.3) ? 60 : 8));
        int clients = 1 + draws.below(3);
        long latency = draws.pick(LATENCIES);
        long rate = draws.between(4, 40);
        int total = nodes.orElse(drawnNodes);
        boolean deleting = draws.chance(streaming ? 0.6 : 0.2);
        return new SimulationOptions(
                total,
                lanes,
                partitions,
                buckets,
                keys,
                clients,
                latency,
                Kernel.SECOND * total * clients / rate,
                draws.between(300, 5_000) * Kernel.MILLI,
                draws.between(100, 3_000) * Kernel.MILLI,
                draws.between(200, 2_000) * Kernel.MILLI,
                draws.between(10, 1_000) * Kernel.MILLI,
                streaming || draws.chance(0.3) ? draws.between(1, streaming ? 10 : 40) : 1_000_000,
                streaming || draws.chance(0.5) ? (int) draws.between(32, streaming ? 300 : 2_000) : 256 << 10,
                draws.chance(streaming ? 0.6 : 0.15) ? draws.between(1_000, 20_000) : 32L << 20,
                draws.chance(0.25) ? draws.between(100, 4_000) : 64L << 20,
                deleting ? 35 : 45,
                deleting ? 45 : 20,
                draws.pick(LONG_ABSENCES),
                draws.chance(0.5) ? 2 + draws.below(3) : 0,
                draws.chance(0.5) ? 16 : 1 + draws.below(3),
                draws.between(2, 30) * Kernel.SECOND,
                draws.between(500, 10_000) * Kernel.MILLI,
                1 + draws.below(6));
    }

    static BucketOptions bucket(Draws draws) {
        int replicas = draws.chance(0.7) ? 3 : 1 + draws.below(3);
        BucketOptions.Builder builder = BucketOptions.builder()
                .replicas(replicas)
                .conflicts(draws.chance(0.2) ? Conflicts.LAST_WRITE_WINS : Conflicts.SIBLINGS)
                .durability(draws.chance(0.35) ? Durability.FSYNC : Durability.ASYNC)
                .quorums(draws.chance(0.35) ? Quorums.STRICT : Quorums.SLOPPY);
        if (draws.chance(0.5)) {
            builder.readQuorum(1 + draws.below(replicas)).writeQuorum(1 + draws.below(replicas));
        }
        return builder.build();
    }

    /** The zone of a host. */
    String zone(int index) {
        return zones == 0 ? "" : "zone-" + index % zones;
    }

    /** The options of each founding node. */
    NodeOptions node(int index, Optional<PlantedBug> bug) {
        List<Address> contactPoints = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            contactPoints.add(SimulatedHost.address(i));
        }
        return builder(index, bug, contactPoints).build();
    }

    /**
     * The options of a node that joins, and never founds.
     *
     * @param contactPoints where it looks for the cluster
     * @param replaces in whose place it joins
     */
    NodeOptions joining(int index, Optional<PlantedBug> bug, List<Address> contactPoints, Optional<NodeId> replaces) {
        NodeOptions.Builder builder = builder(index, bug, contactPoints).foundingNodes(NEVER);
        replaces.ifPresent(builder::replaces);
        return builder.build();
    }

    private NodeOptions.Builder builder(int index, Optional<PlantedBug> bug, List<Address> contactPoints) {
        NodeOptions.Builder builder = NodeOptions.builder("simulated", SimulatedHost.address(index))
                .contactPoints(contactPoints)
                .partitions(partitions)
                .repairInterval(repairInterval)
                .probeInterval(probeInterval)
                .syncInterval(syncInterval)
                .dotLogLimit(dotLogLimit)
                .repairBatchBytes(repairBatchBytes)
                .repairBytesPerSecond(repairBytesPerSecond)
                .zone(zone(index))
                .movesAtOnce(movesAtOnce)
                .excludeAfter(excludeAfter)
                .hints(HintOptions.DEFAULT.withBounds(hintBytes, 2 * hintBytes))
                .closingInterval(closingInterval)
                .closingAtLeast(closingAtLeast);
        bug.ifPresent(builder::plantedBug);
        return builder;
    }

    /** Classes of faults that cannot happen to so few nodes. */
    Set<FaultClass> impossible() {
        Set<FaultClass> impossible = EnumSet.noneOf(FaultClass.class);
        if (spareNodes() == 0) {
            impossible.add(FaultClass.LOST_DISK);
        }
        if (zones == 0) {
            impossible.add(FaultClass.ZONE_LOSS);
        }
        if (nodes == 1) {
            impossible.addAll(EnumSet.of(
                    FaultClass.LOSS,
                    FaultClass.REPEAT,
                    FaultClass.REORDER,
                    FaultClass.DELAY,
                    FaultClass.CLOG,
                    FaultClass.SPLIT,
                    FaultClass.HALF_OPEN,
                    FaultClass.EXECUTED_BUT_FAILED));
        }
        return impossible;
    }

    /** How many nodes can be missing for ever so that every bucket still has its quorums. */
    int spareNodes() {
        int spare = nodes;
        for (BucketOptions each : buckets) {
            Slots slots = Slots.of(each, nodes);
            spare = Math.min(spare, slots.count() - Math.max(slots.readQuorum(), slots.writeQuorum()));
        }
        return spare;
    }

    /** After so long without repair nothing is under way any more: a round, a sync, a round that tells of it, and their messages. */
    long roundNanos() {
        return 3 * repairInterval + syncInterval + 8 * latency + Kernel.SECOND;
    }

    /**
     * After so long without repair none will come: no question is open, be it one that a peer did not answer because it had not heard of
     * the bucket yet, which is asked again; and every node has looked whether runs can be closed.
     */
    long quietNanos() {
        long askedAgain = PATIENCE_IN_ROUNDS * repairInterval;
        return Math.max(askedAgain + roundNanos(), 3 * closingInterval + 16 * latency + Kernel.SECOND);
    }

    /**
     * How long everything may take to settle once all faults are over: connections stand again after the longest backoff, and
     * members that were taken for dead are known to be alive; then
     * a replica may wait for an answer that was lost, and needs a few rounds to take what it lacks, sync, tell its peers that it
     * has it durably, and prune; a stream takes one question for each batch.
     */
    long settleNanos() {
        long reconnect = SimulatedNetwork.SLOWEST_DETECTION + 3 * SimulatedTransport.LONGEST_BACKOFF;
        long round = repairInterval + repairInterval / 4;
        long patience = PATIENCE_IN_ROUNDS * repairInterval;
        long records = (long) keys * buckets.size();
        // What all siblings of all keys take, as far as can be foreseen, which a lane may have to take from several
        // peers.
        long throttled = records * BYTES_OF_A_RECORD * nodes * Kernel.SECOND / repairBytesPerSecond;
        long stream = records * 4 * (20 * Kernel.MILLI + 2 * latency) + throttled;
        return 2 * roundNanos()
                + 6 * quietNanos()
                + 2 * reconnect
                + 3 * (patience + stream)
                + 20 * round
                + 10 * (syncInterval + 200 * Kernel.MILLI)
                + 4 * HintOptions.DEFAULT.interval()
                + node(0, Optional.empty()).liveness().returnKnownWithin(nodes);
    }

    /**
     * How long moves may take to come to their end once all faults are over, when so many hosts take part: lost holders are excluded,
     * and then each partition may have every slot moved once and once more for the second thoughts of operators, so many at a time.
     */
    long movingNanos(int hosts) {
        long slots = 0;
        for (BucketOptions each : buckets) {
            slots += Math.max(4, each.replicas()) + 1L;
        }
        long steps = 2 * partitions * slots / Math.max(1, movesAtOnce) + 4;
        long step = 2 * (repairInterval + syncInterval) + 40 * latency + Kernel.SECOND;
        return excludeAfter + steps * step + hosts * 4 * Kernel.SECOND;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(nodes)
                .append(" nodes of ")
                .append(lanes)
                .append(" lanes, ")
                .append(partitions)
                .append(" partitions, ")
                .append(keys)
                .append(" keys, buckets");
        for (BucketOptions each : buckets) {
            text.append(String.format(
                    Locale.ROOT,
                    " (N=%d R=%d W=%d %s %s %s)",
                    each.replicas(),
                    each.readQuorum(),
                    each.writeQuorum(),
                    each.conflicts(),
                    each.durability(),
                    each.quorums()));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        ", latency %d us, %d clients each every %d ms, timeout %d ms, repair %d ms by %d bytes, probes every %d ms, sync %d ms, log"
                                + " limit %d, %d bytes a second, %d bytes of hints, %d %% puts, %d %% deletes, %.0f %% long absences,"
                                + " %d zones, %d moves at once, excluded after %d s",
                        latency / Kernel.MICRO,
                        clients,
                        thinkTime / Kernel.MILLI,
                        timeout / Kernel.MILLI,
                        repairInterval / Kernel.MILLI,
                        repairBatchBytes,
                        probeInterval / Kernel.MILLI,
                        syncInterval / Kernel.MILLI,
                        dotLogLimit,
                        repairBytesPerSecond,
                        hintBytes,
                        puts,
                        deletes,
                        100 * longAbsences,
                        zones,
                        movesAtOnce,
                        excludeAfter / Kernel.SECOND))
                .toString();
    }
}
