package io.whorl.core.node;

import io.whorl.core.handoff.HintOptions;
import io.whorl.core.liveness.LivenessSettings;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A node's configuration, all durations in nanoseconds. Made by {@link #builder}.
 *
 * @param clusterName nodes with different names refuse each other
 * @param advertised where other nodes reach this one
 * @param contactPoints where to look for the cluster, the first of them founds it; empty: this node itself
 * @param foundingNodes how many nodes found a cluster together; default: the number of contact points, at least one
 * @param partitions Q, if this node founds the cluster: a power of two; default 256
 * @param liveness how members find out who is alive; the newest epoch is passed on with that
 * @param repairInterval how often, with up to a quarter of jitter, replicas compare their seen-sets; up to 64 times more seldom on a lane
 *     where nothing happens and all is equal; default 1 s
 * @param syncInterval how long an ASYNC write may stay unsynced; default 100 ms
 * @param seekInterval how often a node without a cluster asks its contact points at first; default 50 ms, doubling up to 20 times that
 * @param maxRecordBytes the largest record a put may make, with all siblings; default 16 MiB
 * @param maxPending how many requests may be under way on one lane; default 65,536
 * @param inbox how much that peers ask may wait for one lane
 * @param admission how many requests of callers on this node may be under way on one lane
 * @param dotLogLimit how many entries a replica's dot log keeps for peers that stay away; default 1,000,000
 * @param repairBatchBytes how many bytes of records one answer of anti-entropy carries, about; default 256 KiB
 * @param repairBytesPerSecond how many bytes of records anti-entropy takes from peers, and gives to them, in a second while no
 *     caller waits; less under load, never less than a sixteenth; default 32 MiB
 * @param maxClockAheadMillis how far ahead of the own clock a timestamp is followed; default 60,000
 * @param hints how many hints the node keeps for others, and how it hands them over
 * @param zone what this node shares its fate with, if it joins a cluster or founds one; default "", none
 * @param weight its share of the data relative to the others', if it joins or founds; default 1
 * @param movesAtOnce in how many moves of slots the node takes part at a time, in either direction; default 16
 * @param excludeAfter how long the old holder of a moving slot has to count as dead before the slot is rebuilt without it, where
 *     enough other holders are there; default 30 s
 * @param removeAfter how long a member has to be dead before this node has it removed; 0 for never, the default
 * @param replaces the lost member whose slots this node takes when it joins; default none
 * @param closingInterval how often, with up to a half of jitter, this node looks whether runs that have ended can be closed; default
 *     1 min. A step of that has half as long
 * @param closingAtLeast how many of them a replica has to name before they are; default 8
 * @param plantedBug a fault of the protocol, switched on by tests of the checkers alone; default none
 */
public record NodeOptions(
        String clusterName,
        Address advertised,
        List<Address> contactPoints,
        int foundingNodes,
        int partitions,
        LivenessSettings liveness,
        long repairInterval,
        long syncInterval,
        long seekInterval,
        int maxRecordBytes,
        int maxPending,
        InboxLimits inbox,
        AdmissionLimits admission,
        long dotLogLimit,
        int repairBatchBytes,
        long repairBytesPerSecond,
        long maxClockAheadMillis,
        HintOptions hints,
        String zone,
        int weight,
        int movesAtOnce,
        long excludeAfter,
        long removeAfter,
        Optional<NodeId> replaces,
        long closingInterval,
        int closingAtLeast,
        Optional<PlantedBug> plantedBug) {

    private static final long MILLISECOND = 1_000_000L;
    private static final int MAX_PARTITIONS = 1 << 16;

    public NodeOptions {
        Objects.requireNonNull(clusterName, "clusterName");
        Objects.requireNonNull(advertised, "advertised");
        Objects.requireNonNull(hints, "hints");
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(inbox, "inbox");
        Objects.requireNonNull(admission, "admission");
        Objects.requireNonNull(plantedBug, "plantedBug");
        Objects.requireNonNull(replaces, "replaces");
        contactPoints = List.copyOf(contactPoints);
        if (clusterName.isEmpty() || clusterName.length() > 128) {
            throw new IllegalArgumentException(
                    "clusterName must have 1 to 128 characters, has " + clusterName.length());
        }
        if (foundingNodes < 1) {
            throw new IllegalArgumentException("foundingNodes must be at least 1, was " + foundingNodes);
        }
        if (partitions < 1 || partitions > MAX_PARTITIONS || Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException(
                    "partitions must be a power of two from 1 to " + MAX_PARTITIONS + ", was " + partitions);
        }
        Objects.requireNonNull(zone, "zone");
        positive(weight, "weight");
        positive(movesAtOnce, "movesAtOnce");
        positive(excludeAfter, "excludeAfter");
        if (removeAfter < 0) {
            throw new IllegalArgumentException("removeAfter must not be negative, was " + removeAfter);
        }
        positive(closingInterval, "closingInterval");
        positive(closingAtLeast, "closingAtLeast");
        positive(repairInterval, "repairInterval");
        positive(syncInterval, "syncInterval");
        positive(seekInterval, "seekInterval");
        positive(maxRecordBytes, "maxRecordBytes");
        positive(maxPending, "maxPending");
        positive(dotLogLimit, "dotLogLimit");
        positive(repairBatchBytes, "repairBatchBytes");
        positive(repairBytesPerSecond, "repairBytesPerSecond");
        positive(maxClockAheadMillis, "maxClockAheadMillis");
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }

    /** The first contact point, which founds the cluster: the node itself when it was given none. */
    public Address firstContactPoint() {
        return contactPoints.isEmpty() ? advertised : contactPoints.get(0);
    }

    /** A builder with the defaults. */
    public static Builder builder(String clusterName, Address advertised) {
        return new Builder(clusterName, advertised);
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private final String clusterName;
        private final Address advertised;
        private List<Address> contactPoints = List.of();
        private int foundingNodes;
        private int partitions = 256;
        private long probeInterval = 1_000 * MILLISECOND;
        private long probeTimeout;
        private int indirectProbes = 3;
        private int suspicionMultiplier = 4;
        private long repairInterval = 1_000 * MILLISECOND;
        private long syncInterval = 100 * MILLISECOND;
        private long seekInterval = 50 * MILLISECOND;
        private int maxRecordBytes = 16 << 20;
        private int maxPending = 1 << 16;
        private InboxLimits inbox = InboxLimits.DEFAULT;
        private AdmissionLimits admission = AdmissionLimits.DEFAULT;
        private long dotLogLimit = 1_000_000;
        private int repairBatchBytes = 256 << 10;
        private long repairBytesPerSecond = 32L << 20;
        private long maxClockAheadMillis = 60_000;
        private HintOptions hints = HintOptions.DEFAULT;
        private String zone = "";
        private int weight = 1;
        private int movesAtOnce = 16;
        private long excludeAfter = 30_000 * MILLISECOND;
        private long removeAfter;
        private Optional<NodeId> replaces = Optional.empty();
        private long closingInterval = 60_000 * MILLISECOND;
        private int closingAtLeast = 8;
        private Optional<PlantedBug> plantedBug = Optional.empty();

        private Builder(String clusterName, Address advertised) {
            this.clusterName = clusterName;
            this.advertised = advertised;
        }

        public Builder contactPoints(List<Address> addresses) {
            this.contactPoints = addresses;
            return this;
        }

        public Builder foundingNodes(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("foundingNodes must be at least 1, was " + count);
            }
            this.foundingNodes = count;
            return this;
        }

        public Builder partitions(int count) {
            this.partitions = count;
            return this;
        }

        /**
         * How often this node probes a member, the next one in turn; default 1 s. A member that stops is noticed by its lost
         * connections at once, or after {@code (members - 1) * probeInterval} at the latest while all is well; the interval is
         * up to nine times as long while the node distrusts itself.
         */
        public Builder probeInterval(long nanos) {
            this.probeInterval = nanos;
            return this;
        }

        /**
         * After how long without an answer others are asked to probe; default: half of the interval. More than a round trip
         * between any two members, and less than the interval.
         */
        public Builder probeTimeout(long nanos) {
            this.probeTimeout = nanos;
            return this;
        }

        /** How many others are asked to probe a member that does not answer this node; default 3. */
        public Builder indirectProbes(int members) {
            this.indirectProbes = members;
            return this;
        }

        /**
         * How long a suspected member has to contradict before it counts as dead; default 4. With
         * {@code shortest = suspicionMultiplier * max(1, log10(members)) * probeInterval} it has {@code 6 * shortest} if nobody
         * else suspects it, and down to {@code shortest} the more do.
         */
        public Builder suspicionMultiplier(int factor) {
            this.suspicionMultiplier = factor;
            return this;
        }

        public Builder repairInterval(long nanos) {
            this.repairInterval = nanos;
            return this;
        }

        public Builder syncInterval(long nanos) {
            this.syncInterval = nanos;
            return this;
        }

        public Builder seekInterval(long nanos) {
            this.seekInterval = nanos;
            return this;
        }

        public Builder maxRecordBytes(int bytes) {
            this.maxRecordBytes = bytes;
            return this;
        }

        public Builder maxPending(int requests) {
            this.maxPending = requests;
            return this;
        }

        /** How much that peers ask may wait for one lane before it is refused. */
        public Builder inbox(int messages, long bytes) {
            this.inbox = new InboxLimits(messages, bytes);
            return this;
        }

        /** How many requests of callers on this node may be under way on one lane before further ones are refused. */
        public Builder admission(AdmissionLimits limits) {
            this.admission = limits;
            return this;
        }

        public Builder dotLogLimit(long entries) {
            this.dotLogLimit = entries;
            return this;
        }

        public Builder repairBatchBytes(int bytes) {
            this.repairBatchBytes = bytes;
            return this;
        }

        public Builder repairBytesPerSecond(long bytes) {
            this.repairBytesPerSecond = bytes;
            return this;
        }

        public Builder maxClockAheadMillis(long millis) {
            this.maxClockAheadMillis = millis;
            return this;
        }

        public Builder hints(HintOptions options) {
            this.hints = options;
            return this;
        }

        /** What this node shares its fate with: a rack, a building; default "", none. */
        public Builder zone(String name) {
            this.zone = name;
            return this;
        }

        /** The node's share of the data relative to the others'; default 1. */
        public Builder weight(int share) {
            this.weight = share;
            return this;
        }

        /** In how many moves of slots the node takes part at a time; default 16. */
        public Builder movesAtOnce(int moves) {
            this.movesAtOnce = moves;
            return this;
        }

        /** How long the old holder of a moving slot has to count as dead before the slot is rebuilt without it; default 30 s. */
        public Builder excludeAfter(long nanos) {
            this.excludeAfter = nanos;
            return this;
        }

        /** How long a member has to be dead before this node has it removed; default 0, never. */
        public Builder removeAfter(long nanos) {
            this.removeAfter = nanos;
            return this;
        }

        /** The lost member whose slots this node takes when it joins; default none. */
        public Builder replaces(NodeId lost) {
            this.replaces = Optional.of(lost);
            return this;
        }

        /** How often this node looks whether runs that have ended can be closed; default 1 min. */
        public Builder closingInterval(long nanos) {
            this.closingInterval = nanos;
            return this;
        }

        /** How many runs that have ended a replica has to name before they are closed; default 8. */
        public Builder closingAtLeast(int runs) {
            this.closingAtLeast = runs;
            return this;
        }

        public Builder plantedBug(PlantedBug bug) {
            this.plantedBug = Optional.of(bug);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one is out of its bounds
         */
        public NodeOptions build() {
            return new NodeOptions(
                    clusterName,
                    advertised,
                    contactPoints,
                    foundingNodes == 0 ? Math.max(1, contactPoints.size()) : foundingNodes,
                    partitions,
                    new LivenessSettings(
                            probeInterval,
                            probeTimeout == 0 ? Math.max(1, probeInterval / 2) : probeTimeout,
                            indirectProbes,
                            suspicionMultiplier),
                    repairInterval,
                    syncInterval,
                    seekInterval,
                    maxRecordBytes,
                    maxPending,
                    inbox,
                    admission,
                    dotLogLimit,
                    repairBatchBytes,
                    repairBytesPerSecond,
                    maxClockAheadMillis,
                    hints,
                    zone,
                    weight,
                    movesAtOnce,
                    excludeAfter,
                    removeAfter,
                    replaces,
                    closingInterval,
                    closingAtLeast,
                    plantedBug);
        }
    }
}
