package io.whorl.testkit.simulation;

import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Slots;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Promise P4: whether all replicas of each partition are alike, and nothing is left that need not be. Where a holder is gone for ever,
 * the others are alike all the same, but their dot logs keep what that one may still miss.
 */
final class SettledCheck {
    private final History history;
    private final ClusterState state;
    private final Map<NodeId, Map<ReplicaId, ReplicaSnapshot>> nodes;
    private final List<Violation> differences = new ArrayList<>();
    private final long now;

    /** @param nodes what each member holds that is not gone for ever */
    SettledCheck(History history, ClusterState state, Map<NodeId, Map<ReplicaId, ReplicaSnapshot>> nodes, long now) {
        this.history = history;
        this.state = state;
        this.nodes = nodes;
        this.now = now;
    }

    /** What has not settled; empty if all has. */
    List<Violation> differences() {
        differences.clear();
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                compare(new ReplicaId(bucket.number(), partition), holders(bucket, partition));
            }
        }
        new RestCheck(history.fleet(), state, nodes, this::found).check();
        for (SimulatedHost host : history.fleet().living()) {
            for (StoredLayout.Hint hint : history.hints().of(host)) {
                if (state.bucket(hint.replica().bucket()).isEmpty()) {
                    found(Checker.STRAY_REPLICA, host + " keeps a hint of a bucket that was dropped: " + hint);
                } else if (nodes.containsKey(hint.target()) && !awaitsAnOperator(hint)) {
                    found(
                            Checker.HINTS_LEFT,
                            host + " still keeps a hint for node " + hint.target() + ": key "
                                    + ReplicaHistory.text(hint.key()) + " of replica " + hint.replica() + ", "
                                    + hint.record());
                }
            }
        }
        return differences;
    }

    /** Whether a hint's target is in doubt for ever, and so refuses the hint. */
    private boolean awaitsAnOperator(StoredLayout.Hint hint) {
        ReplicaSnapshot target = nodes.get(hint.target()).get(hint.replica());
        BucketDefinition bucket = state.bucket(hint.replica().bucket()).orElseThrow();
        long living = holders(bucket, hint.replica().partition()).stream()
                .filter(nodes::containsKey)
                .count();
        return target != null && target.inDoubt() && !canBeTakenAnew(hint.replica(), (int) living - 1);
    }

    private List<NodeId> holders(BucketDefinition bucket, int partition) {
        return state.ring().primaries(partition, bucket.options().replicas());
    }

    /** The replicas of one partition of a bucket, in the order of its holders; without those that are gone for ever. */
    List<ReplicaSnapshot> replicas(BucketDefinition bucket, int partition) {
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        return holders(bucket, partition).stream()
                .filter(nodes::containsKey)
                .map(node -> nodes.get(node).get(id))
                .toList();
    }

    private void found(Checker checker, String detail) {
        differences.add(new Violation(checker, now, detail));
    }

    private void compare(ReplicaId id, List<NodeId> holders) {
        ReplicaSnapshot first = null;
        List<NodeId> living = holders.stream().filter(nodes::containsKey).toList();
        boolean complete = living.size() == holders.size();
        for (NodeId node : living) {
            ReplicaSnapshot replica = nodes.get(node).get(id);
            if (replica != null && replica.inDoubt() && !canBeTakenAnew(id, living.size() - 1)) {
                // An operator would have to accept the loss.
                continue;
            }
            if (replica == null || replica.inDoubt()) {
                found(
                        Checker.DIVERGED,
                        "node " + node + (replica == null ? " lacks" : " doubts its") + " replica " + id);
                return;
            }
            if (complete && !replica.logged().isEmpty()) {
                found(
                        Checker.LOG_LEFT,
                        "node " + node + " still logs " + replica.logged() + " of replica " + id + "; seen "
                                + replica.seen() + ", durable " + replica.durable() + "; durable elsewhere "
                                + durableElsewhere(id, living, node));
            }
            if (first == null) {
                first = replica;
            } else {
                compare(first, replica, living.get(0), node);
            }
            leftovers(replica, node);
        }
    }

    private List<String> durableElsewhere(ReplicaId id, List<NodeId> living, NodeId here) {
        return living.stream()
                .filter(node -> !node.equals(here))
                .map(node -> node + ": "
                        + (nodes.get(node).get(id) == null
                                ? "nothing"
                                : nodes.get(node).get(id).durable()))
                .toList();
    }

    /** Whether so many peers are enough for a replica in doubt. */
    private boolean canBeTakenAnew(ReplicaId id, int peers) {
        BucketDefinition bucket = state.bucket(id.bucket()).orElseThrow();
        Slots slots = Slots.of(bucket.options(), state.members().size());
        return peers >= Math.min(slots.count() - slots.writeQuorum() + 1, slots.count() - 1);
    }

    private void compare(ReplicaSnapshot a, ReplicaSnapshot b, NodeId first, NodeId second) {
        if (!a.seen().equals(b.seen())) {
            found(
                    Checker.DIVERGED,
                    "replica " + a.replica() + ": node " + first + " has seen " + a.seen() + ", node " + second + " "
                            + b.seen());
            return;
        }
        Map<byte[], Record> ours = records(a);
        Map<byte[], Record> theirs = records(b);
        Set<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        keys.addAll(ours.keySet());
        keys.addAll(theirs.keySet());
        for (byte[] key : keys) {
            Record mine = ours.getOrDefault(key, Record.empty());
            Record other = theirs.getOrDefault(key, Record.empty());
            KeyHistory events = history.replica(a.replica()).key(key);
            if (!mine.siblings().equals(other.siblings())
                    || !named(events, mine, a.seen()).equals(named(events, other, b.seen()))) {
                found(
                        Checker.DIVERGED,
                        "key " + ReplicaHistory.text(key) + " of replica " + a.replica() + ": node " + first + " has "
                                + mine + ", node " + second + " has " + other + "; both have seen " + a.seen());
            }
        }
    }

    private static Object named(KeyHistory events, Record record, DotSet seen) {
        return events.namedIn(record.fill(seen).history());
    }

    private static Map<byte[], Record> records(ReplicaSnapshot replica) {
        Map<byte[], Record> records = new TreeMap<>(Arrays::compareUnsigned);
        replica.records().forEach(each -> records.put(each.key(), each.record()));
        return records;
    }

    /** Promise P3: a record keeps of a context only what lies above a gap in an ended run, which no base can say. */
    private void leftovers(ReplicaSnapshot replica, NodeId node) {
        DotSet bases = replica.seen().bases();
        for (ReplicaSnapshot.KeyedRecord each : replica.records()) {
            DotSet context = each.record().context();
            boolean unstripped = !context.equals(context.minus(bases));
            if (unstripped || (context.isEmpty() && each.record().siblings().isEmpty())) {
                found(
                        Checker.BYTES_LEFT,
                        "key " + ReplicaHistory.text(each.key()) + " of replica " + replica.replica() + " at node "
                                + node + " keeps " + context + " although the replica has seen " + replica.seen());
            }
        }
    }
}
