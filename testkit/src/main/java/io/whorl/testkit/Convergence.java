package io.whorl.testkit;

import io.whorl.core.handoff.HintBudget;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.node.ReplicaSnapshot.KeyedRecord;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits until the running nodes agree on everything that they hold. */
final class Convergence {
    private static final long LOOK_AGAIN_NANOS = 5_000_000L;
    private static final long INSPECTION_SECONDS = 10;
    private static final int SHOWN_KEY_BYTES = 32;

    private final List<TestNode> nodes;

    Convergence(List<TestNode> nodes) {
        this.nodes = nodes;
    }

    void await(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Optional<String> difference = difference();
        while (difference.isPresent()) {
            if (end - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the cluster did not converge within " + patience + ": " + difference.get());
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
            difference = difference();
        }
    }

    /** The first difference found; empty if there is none. */
    private Optional<String> difference() {
        List<TestNode> running = nodes.stream().filter(TestNode::isRunning).toList();
        if (running.isEmpty()) {
            throw new IllegalStateException("no node is running; restart some before waiting for convergence");
        }
        ClusterState state = running.get(0).protocol().state().orElseThrow();
        Map<NodeId, Holding> holdings = new LinkedHashMap<>();
        for (TestNode node : running) {
            long epoch = node.protocol().state().map(ClusterState::epoch).orElse(0L);
            if (epoch != state.epoch()) {
                return Optional.of("node " + running.get(0).index() + " knows epoch " + state.epoch() + ", node "
                        + node.index() + " epoch " + epoch);
            }
            holdings.put(node.protocol().id(), inspect(node));
        }
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                ReplicaId replica = new ReplicaId(bucket.number(), partition);
                List<Holding> holders = state.slots(bucket, partition).readers().stream()
                        .filter(holdings::containsKey)
                        .map(holdings::get)
                        .toList();
                for (Holding holder : holders) {
                    Optional<String> found = holder.differenceTo(holders.get(0), replica);
                    if (found.isPresent()) {
                        return Optional.of(
                                "bucket '" + bucket.name() + "', partition " + partition + ": " + found.get());
                    }
                }
            }
        }
        return hintsLeft(running, holdings);
    }

    /** What running nodes keep for running nodes; hints for the others stay until those are back. */
    private static Optional<String> hintsLeft(List<TestNode> running, Map<NodeId, Holding> holdings) {
        for (TestNode node : running) {
            for (HintBudget.TargetHints hints : node.protocol().hintBudget().targets()) {
                if (hints.count() > 0 && holdings.containsKey(hints.target())) {
                    return Optional.of("node " + node.index() + " keeps " + hints.count() + " hints for node "
                            + holdings.get(hints.target()).node());
                }
            }
        }
        return Optional.empty();
    }

    private static Holding inspect(TestNode node) {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        node.protocol().inspect(snapshots::complete);
        Map<ReplicaId, ReplicaSnapshot> replicas = new TreeMap<>();
        try {
            for (ReplicaSnapshot snapshot : snapshots.get(INSPECTION_SECONDS, TimeUnit.SECONDS)) {
                replicas.put(snapshot.replica(), snapshot);
            }
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "node " + node.index() + " did not show its replicas within " + INSPECTION_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for convergence", e);
        } catch (ExecutionException e) {
            throw new AssertionError("node " + node.index() + " could not show its replicas", e.getCause());
        }
        return new Holding(node.index(), replicas);
    }

    /** What one node holds. */
    private record Holding(int node, Map<ReplicaId, ReplicaSnapshot> replicas) {

        Optional<String> differenceTo(Holding other, ReplicaId replica) {
            ReplicaSnapshot mine = replicas.get(replica);
            ReplicaSnapshot theirs = other.replicas.get(replica);
            if (mine != null && mine.inDoubt()) {
                return Optional.of("node " + node + " is in doubt about its replica");
            }
            DotSet seen = seen(mine);
            DotSet otherSeen = seen(theirs);
            if (!seen.equals(otherSeen)) {
                return Optional.of("node " + node + " has seen " + seen + ", node " + other.node + " " + otherSeen);
            }
            return recordDifference(other, records(mine), records(theirs));
        }

        private Optional<String> recordDifference(Holding other, Map<String, Record> mine, Map<String, Record> theirs) {
            TreeSet<String> keys = new TreeSet<>(mine.keySet());
            keys.addAll(theirs.keySet());
            for (String key : keys) {
                Record here = mine.getOrDefault(key, Record.empty());
                Record there = theirs.getOrDefault(key, Record.empty());
                if (!here.equals(there)) {
                    return Optional.of("of the key " + shown(key) + " node " + node + " holds " + here + ", node "
                            + other.node + " " + there);
                }
            }
            return Optional.empty();
        }

        private static DotSet seen(ReplicaSnapshot snapshot) {
            return snapshot == null ? DotSet.empty() : snapshot.seen();
        }

        private static Map<String, Record> records(ReplicaSnapshot snapshot) {
            Map<String, Record> records = new TreeMap<>();
            if (snapshot != null) {
                for (KeyedRecord keyed : snapshot.records()) {
                    records.put(HexFormat.of().formatHex(keyed.key()), keyed.record());
                }
            }
            return records;
        }

        private static String shown(String key) {
            int digits = 2 * SHOWN_KEY_BYTES;
            return "0x" + (key.length() <= digits ? key : key.substring(0, digits) + "…");
        }
    }
}
