package io.whorl.testkit.simulation;

import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The exact model of events: which writes happened, what each had seen, and who has incorporated them. It is kept by watching
 * every batch at the instant before it reaches a disk, whatever became of the request that caused it.
 *
 * <p>On the way it checks promise P7: no dot names two events, and no value is stored under a dot that did not write it.
 * The model is that of dots.py, with storage for its witness.
 */
final class History implements BatchObserver {
    private final Violations violations;
    private final List<SimulatedHost> hosts;
    private final Map<ReplicaId, ReplicaHistory> replicas = new TreeMap<>();
    /** Never iterated. */
    private final Map<Long, ClientRequest> requests = new HashMap<>();

    private final Kernel kernel;
    private long excused;
    private boolean permitsExcuses;

    /** @param hosts a list that may still be filled; its size is final once the first batch is applied */
    History(Kernel kernel, Violations violations, List<SimulatedHost> hosts) {
        this.kernel = kernel;
        this.violations = violations;
        this.hosts = hosts;
    }

    List<SimulatedHost> hosts() {
        return hosts;
    }

    void begun(ClientRequest request) {
        requests.put(request.number, request);
    }

    Map<ReplicaId, ReplicaHistory> replicas() {
        return replicas;
    }

    ReplicaHistory replica(ReplicaId id) {
        return replicas.computeIfAbsent(id, each -> new ReplicaHistory(each, hosts.size()));
    }

    /** How many acknowledged writes were lost with disks enough to excuse it. */
    long excused() {
        return excused;
    }

    void excuse() {
        excused++;
    }

    // ---- batches

    @Override
    public void applying(SimulatedHost host, WriteBatch batch) {
        if (host.process().hasMetErrorInStep()) {
            violations.add(Checker.SERVED_AFTER_ERROR, host + " writes although a step of its disk has failed before");
        }
        Map<ReplicaId, ReplicaCheck> checks = new TreeMap<>();
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put && put.space() == Space.DOTS) {
                logged(host, batch, put);
                check(checks, host, StoredLayout.replica(put.key())).concerns(StoredLayout.key(put.value()));
            } else if (change instanceof WriteBatch.Put put
                    && put.space() == Space.META
                    && StoredLayout.isCheckpoint(put.key())) {
                if (checkpointed(host, put)) {
                    check(checks, host, StoredLayout.replicaOfCheckpoint(put.key()))
                            .concernsAll();
                }
            }
        }
        for (WriteBatch.Change change : batch.changes()) {
            ReplicaCheck.note(change, (stored, record) -> {
                stored(host, stored, record);
                check(checks, host, StoredLayout.replica(stored)).leaves(StoredLayout.keyOfRecord(stored), record);
            });
        }
        checks.values().forEach(ReplicaCheck::check);
    }

    private ReplicaCheck check(Map<ReplicaId, ReplicaCheck> checks, SimulatedHost host, ReplicaId id) {
        return checks.computeIfAbsent(id, each -> new ReplicaCheck(violations, host, replica(each)));
    }

    private void logged(SimulatedHost host, WriteBatch batch, WriteBatch.Put put) {
        ReplicaHistory replica = replica(StoredLayout.replica(put.key()));
        Dot dot = StoredLayout.dot(put.key());
        byte[] key = StoredLayout.key(put.value());
        ReplicaHistory.Written known = replica.event(dot);
        boolean own = dot.actor().run() == host.run();
        if (own && known != null) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " makes dot " + dot + " of replica " + replica.id + " again, which is " + known.event());
            return;
        }
        if (own) {
            made(host, replica, dot, key, batch);
        } else if (known == null) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " logs dot " + dot + " of replica " + replica.id + ", which nobody made");
        } else if (!Arrays.equals(known.key().key, key)) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " logs dot " + dot + " for key " + ReplicaHistory.text(key) + ", but it is "
                            + known.event());
        } else {
            known.event().heldBy(host.index(), host.disk().applied() + 1);
        }
        replica.seenBy(host.index(), replica.seenBy(host.index()).add(dot));
    }

    /** A coordinator makes an event; what it had seen is the given context, or all that the replica held at this instant. */
    private void made(SimulatedHost host, ReplicaHistory replica, Dot dot, byte[] key, WriteBatch batch) {
        ClientRequest request = requests.get(kernel.cause());
        if (request == null || !Arrays.equals(request.key, key) || request.bucket.number() != replica.id.bucket()) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " made dot " + dot + " for key " + ReplicaHistory.text(key)
                            + ", which no client asked for; cause: " + request);
            return;
        }
        byte[] stored = host.disk().get(Space.RECORDS, StoredLayout.recordKey(replica.id, key));
        DotSet held =
                StoredLayout.record(stored).fill(replica.seenBy(host.index())).history();
        boolean replacesAll =
                request.context == null || request.bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS;
        KeyHistory history = replica.key(key);
        BitSet seen = history.seenIn(replacesAll ? held : request.context);
        if (replacesAll && request.context != null) {
            seen.or(history.seenIn(request.context));
        }
        WriteEvent event = new WriteEvent(history.events.size(), dot, request, seen, hosts.size());
        event.heldBy(host.index(), host.disk().applied() + 1);
        replica.add(event, history);
        request.events.add(event);
        if (request.events.size() > 1) {
            violations.add(Checker.FALSE_OUTCOME, request + " was executed twice: " + request.events);
        }
        if (request.ended && request.outcome == Outcome.NOT_APPLIED) {
            violations.add(
                    Checker.FALSE_OUTCOME, request + " was said to be not applied, and is executed later as " + dot);
        }
        requireValue(host, event, batch, StoredLayout.recordKey(replica.id, key));
    }

    /** A put's value has to be in the record that is stored with its dot. */
    private void requireValue(SimulatedHost host, WriteEvent event, WriteBatch batch, byte[] recordKey) {
        if (event.isDelete()) {
            return;
        }
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put
                    && put.space() == Space.RECORDS
                    && Arrays.equals(put.key(), recordKey)) {
                for (Sibling sibling : StoredLayout.record(put.value()).siblings()) {
                    if (sibling.dot().equals(event.dot)) {
                        return;
                    }
                }
            }
        }
        violations.add(Checker.LOST_WRITE, host + " logged " + event + " without storing its value in the same batch");
    }

    /** True if the seen-set grew. */
    private boolean checkpointed(SimulatedHost host, WriteBatch.Put put) {
        ReplicaHistory replica = replica(StoredLayout.replicaOfCheckpoint(put.key()));
        DotSet seen = replica.seenBy(host.index());
        DotSet after = seen.join(StoredLayout.dots(put.value()));
        for (Dot dot : after.minus(seen).dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known == null) {
                violations.add(
                        Checker.REUSED_DOT,
                        host + " has seen dot " + dot + " of replica " + replica.id + ", which nobody made");
                return false;
            }
            known.event().heldBy(host.index(), host.disk().applied() + 1);
        }
        replica.seenBy(host.index(), after);
        return after != seen;
    }

    private void stored(SimulatedHost host, byte[] stored, Record record) {
        ReplicaHistory replica = replica(StoredLayout.replica(stored));
        byte[] key = StoredLayout.keyOfRecord(stored);
        for (Sibling sibling : record.siblings()) {
            ReplicaHistory.Written known = replica.event(sibling.dot());
            if (known == null
                    || !Arrays.equals(known.key().key, key)
                    || !Arrays.equals(known.event().request.value, sibling.value())) {
                violations.add(
                        Checker.REUSED_DOT,
                        host + " stores " + sibling + " under key " + ReplicaHistory.text(key) + ", but that dot is "
                                + (known == null ? "nobody's" : known.event().toString()));
            }
        }
    }

    // ---- losses

    /**
     * A host has lost something: what its disk says now is compared with what it said before.
     *
     * @param synced whether a sync would not have saved it
     */
    void lost(SimulatedHost host, boolean synced) {
        for (ReplicaHistory replica : replicas.values()) {
            DotSet before = replica.seenBy(host.index());
            DotSet after = onDisk(host.disk(), replica.id);
            for (Dot dot : before.minus(after).dots()) {
                ReplicaHistory.Written known = replica.event(dot);
                if (known != null) {
                    known.event().lostBy(host.index(), synced);
                }
            }
            replica.seenBy(host.index(), after);
        }
    }

    /** A value of a host can no longer be read: what it says counts as lost there, and all that a key or a replica needs it for. */
    void damaged(SimulatedHost host, Space space, byte[] stored) {
        if (space == Space.HINTS) {
            return;
        }
        ReplicaHistory replica =
                replica(space == Space.META ? StoredLayout.replicaOfCheckpoint(stored) : StoredLayout.replica(stored));
        for (KeyHistory key : replica.keys.values()) {
            if (space != Space.RECORDS || Arrays.equals(key.key, StoredLayout.keyOfRecord(stored))) {
                for (WriteEvent event : key.events) {
                    if (event.isHeldBy(host.index())) {
                        event.lostBy(host.index(), true);
                    }
                }
            }
        }
    }

    /** Acknowledged writes may vanish from now on wherever that has an excuse. */
    void permitExcuses() {
        permitsExcuses = true;
    }

    /**
     * The newest batch of a host that a loss must leave, because no acknowledged write is to vanish with an excuse: the host has
     * the last copy of a write, and with it as many would have lost the write as had to acknowledge it. So a run shows what is
     * promised, and not how often a promise can be voided; only few runs permit that.
     *
     * @param synced whether what was synced is lost too
     * @return the number of the batch, 0 if all may go
     */
    long needed(SimulatedHost host, boolean synced) {
        long last = 0;
        if (permitsExcuses) {
            return last;
        }
        for (ReplicaHistory replica : replicas.values()) {
            for (KeyHistory key : replica.keys.values()) {
                for (WriteEvent event : key.events) {
                    boolean counts = event.request.acknowledged || !event.request.ended;
                    if (counts && event.isHeldOnlyBy(host.index()) && wouldExcuse(event, host, synced)) {
                        last = Math.max(last, event.batches[host.index()]);
                    }
                }
            }
        }
        return last;
    }

    private boolean wouldExcuse(WriteEvent event, SimulatedHost host, boolean synced) {
        if (!synced && event.request.bucket.options().durability() == Durability.FSYNC) {
            return false;
        }
        BitSet lost = (BitSet) event.excuses().clone();
        lost.set(host.index());
        return lost.cardinality() >= event.required(hosts.size());
    }

    private static DotSet onDisk(SimulatedDisk disk, ReplicaId replica) {
        DotSet.Builder seen = DotSet.builder();
        byte[] log = StoredLayout.prefix(replica);
        for (byte[] key : disk.range(Space.DOTS, log, StoredLayout.after(log)).keySet()) {
            seen.add(StoredLayout.dot(key));
        }
        byte[] checkpoints = StoredLayout.checkpointPrefix(replica);
        for (byte[] value : disk.range(Space.META, checkpoints, StoredLayout.after(checkpoints))
                .values()) {
            seen.join(StoredLayout.dots(value));
        }
        return seen.build();
    }
}
