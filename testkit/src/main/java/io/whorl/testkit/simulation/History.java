package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Outcome;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Slots;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The exact model of events: which writes happened, what each had seen, and who has incorporated them. It is kept by watching
 * every batch at the instant before it reaches a disk, whatever became of the request that caused it.
 *
 * <p>On the way it checks promise P7: no dot names two events, and no value is stored under a dot that did not write it.
 * The model is that of dots.py, with storage for its witness.
 */
final class History implements BatchObserver {
    private final Violations violations;
    private final Fleet fleet;
    private final Epochs epochs;
    private final Map<ReplicaId, ReplicaHistory> replicas = new TreeMap<>();
    /** Never iterated. */
    private final Map<Long, ClientRequest> requests = new HashMap<>();

    private final Kernel kernel;
    private long excused;
    private final HintHistory hints = new HintHistory(this);
    private final Losses losses = new Losses(this);
    private ClosedRuns closed = ClosedRuns.none();
    private final DepartureCheck departures = new DepartureCheck(this);

    /** @param fleet may still be filled; its size is final once the first batch is applied */
    History(Kernel kernel, Violations violations, Fleet fleet) {
        this.kernel = kernel;
        this.violations = violations;
        this.fleet = fleet;
        this.epochs = new Epochs(violations, kernel.probes());
    }

    /** What the cluster agreed on, epoch by epoch. */
    Epochs epochs() {
        return epochs;
    }

    /** A loss of power has taken back what a host had not synced, perhaps a state of the cluster that nobody knew yet. */
    void undone(SimulatedHost host) {
        long left = StoredLayout.state(host.disk()).map(ClusterState::epoch).orElse(0L);
        if (epochs.undone(host, left)) {
            closed = epochs.newest().map(state -> state.closings().closed()).orElse(ClosedRuns.none());
        }
    }

    /** What hosts keep for others. */
    HintHistory hints() {
        return hints;
    }

    /** What hosts have lost. */
    Losses losses() {
        return losses;
    }

    Probes probes() {
        return kernel.probes();
    }

    void found(Checker checker, String detail) {
        violations.add(checker, detail);
    }

    List<SimulatedHost> hosts() {
        return fleet.all();
    }

    Fleet fleet() {
        return fleet;
    }

    /** How many slots had to acknowledge a write, at the least, whatever its bucket's options and the members were at that time. */
    int required(WriteEvent event) {
        ClientRequest request = event.request;
        int least = request.required(epochs.leastMembers());
        for (BucketOptions had : epochs.optionsOf(request.bucket.number())) {
            Slots slots = Slots.of(had, epochs.leastMembers());
            least = Math.min(least, request.quorum == 0 ? slots.writeQuorum() : slots.capped(request.quorum));
        }
        return least;
    }

    void begun(ClientRequest request) {
        requests.put(request.number, request);
    }

    Map<ReplicaId, ReplicaHistory> replicas() {
        return replicas;
    }

    ReplicaHistory replica(ReplicaId id) {
        return replicas.computeIfAbsent(id, each -> new ReplicaHistory(each, hosts().size(), () -> closed));
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
            hints.changed(host, batch, change);
            noteClosings(change);
            if (change instanceof WriteBatch.Put put
                    && put.space() == Space.META
                    && StoredLayout.isStanding(put.key())
                    && StoredLayout.repair(put.value()) == StoredLayout.Repair.TAKING) {
                ReplicaHistory replica = replica(StoredLayout.replicaOfStanding(put.key()));
                DotSet left = leftInLog(host, replica.id, batch);
                losses.doubted(host, replica, replica.seenBy(host.index()).minus(left));
                replica.takenAnew(host.index(), host.run(), left);
            }
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
            if (change instanceof WriteBatch.Put put
                    && put.space() == Space.META
                    && StoredLayout.isClosing(put.key())
                    && closes(host, put)) {
                check(checks, host, StoredLayout.replicaOfClosing(put.key())).concernsAll();
            }
        }
        for (WriteBatch.Change change : batch.changes()) {
            removed(change);
            StoredLayout.state(change).ifPresent(state -> epochs.stored(host, state));
            StoredLayout.erased(change).ifPresent(replica -> departures.erased(host, replica(replica)));
            ReplicaCheck.note(change, (stored, record) -> {
                ReplicaHistory replica = replica(StoredLayout.replica(stored));
                stored(host, replica, StoredLayout.keyOfRecord(stored), record);
                check(checks, host, StoredLayout.replica(stored)).leaves(StoredLayout.keyOfRecord(stored), record);
            });
        }
        checks.forEach((id, check) -> {
            if (!isBeingSalvaged(host, id, batch)) {
                check.check();
            }
        });
    }

    /** The dots that are in a replica's log once the batch is applied. */
    private static DotSet leftInLog(SimulatedHost host, ReplicaId id, WriteBatch batch) {
        byte[] prefix = StoredLayout.prefix(id);
        Set<byte[]> left = new TreeSet<>(Arrays::compareUnsigned);
        left.addAll(host.disk()
                .range(Space.DOTS, prefix, StoredLayout.after(prefix))
                .keySet());
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Delete delete && delete.space() == Space.DOTS) {
                left.remove(delete.key());
            }
        }
        DotSet.Builder dots = DotSet.builder();
        left.forEach(key -> dots.add(StoredLayout.dot(key)));
        return dots.build();
    }

    /** While a replica in doubt is being salvaged it serves nobody, and its records and its seen-set are not of one instant. */
    private static boolean isBeingSalvaged(SimulatedHost host, ReplicaId id, WriteBatch batch) {
        byte[] key = StoredLayout.standingKey(id);
        byte[] mark = host.disk().get(Space.META, key);
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put && put.space() == Space.META && Arrays.equals(put.key(), key)) {
                mark = put.value();
            }
        }
        StoredLayout.Repair repair = mark == null ? StoredLayout.Repair.BEHIND : StoredLayout.repair(mark);
        return repair == StoredLayout.Repair.RECORDS || repair == StoredLayout.Repair.DOTS;
    }

    private void removed(WriteBatch.Change change) {
        boolean record = change instanceof WriteBatch.Delete delete && delete.space() == Space.RECORDS;
        boolean log = change instanceof WriteBatch.DeleteRange range && range.space() == Space.DOTS
                || change instanceof WriteBatch.Delete entry && entry.space() == Space.DOTS;
        probes().sometimes(Probe.DELETED_BYTES_GONE, record);
        probes().sometimes(Probe.LOG_PRUNED, log);
    }

    private ReplicaCheck check(Map<ReplicaId, ReplicaCheck> checks, SimulatedHost host, ReplicaId id) {
        return checks.computeIfAbsent(id, each -> new ReplicaCheck(violations, host, replica(each)));
    }

    private void logged(SimulatedHost host, WriteBatch batch, WriteBatch.Put put) {
        ReplicaHistory replica = replica(StoredLayout.replica(put.key()));
        Dot dot = StoredLayout.dot(put.key());
        byte[] key = StoredLayout.key(put.value());
        ReplicaHistory.Written known = replica.event(dot);
        boolean own = dot.actor().run() == host.run()
                && dot.actor().role() == Role.REPLICA
                && !replica.isOfFormerStint(host.index(), dot);
        if (own) {
            byte[] before = host.disk().written(StoredLayout.recordKey(replica.id, key));
            DotSet held = replica.exact(StoredLayout.record(before))
                    .fill(replica.seenBy(host.index()))
                    .history();
            made(host, replica, dot, key, held, batch);
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

    /** Whether the present event goes back to a write of this key that nobody has made yet. */
    boolean isToBeMade(byte[] key) {
        ClientRequest request = requests.get(kernel.cause());
        return request != null
                && request.kind != ClientRequest.Kind.GET
                && request.events.isEmpty()
                && Arrays.equals(request.key, key);
    }

    /**
     * A coordinator makes an event; what it had seen is the given context, or all that was held at this instant.
     *
     * @param held what the coordinator's records of the key, filled or as hints, said
     */
    void made(SimulatedHost host, ReplicaHistory replica, Dot dot, byte[] key, DotSet held, WriteBatch batch) {
        ReplicaHistory.Written known = replica.event(dot);
        if (known != null) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " makes dot " + dot + " of replica " + replica.id + " again, which is " + known.event());
            return;
        }
        ClientRequest request = requests.get(kernel.cause());
        if (request == null || !Arrays.equals(request.key, key) || request.bucket.number() != replica.id.bucket()) {
            violations.add(
                    Checker.REUSED_DOT,
                    host + " made dot " + dot + " for key " + ReplicaHistory.text(key)
                            + ", which no client asked for; cause: " + request);
            return;
        }
        boolean replacesAll =
                request.context == null || request.bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS;
        KeyHistory history = replica.key(key);
        BitSet seen = history.seenIn(replacesAll ? held : request.context);
        if (replacesAll && request.context != null) {
            seen.or(history.seenIn(request.context));
        }
        WriteEvent event = new WriteEvent(history.events.size(), dot, request, seen, hosts().size());
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
        requireValue(host, event, batch);
    }

    /** A put's value has to be in a record of the batch, a replica's or a hint's, that brings its dot. */
    private void requireValue(SimulatedHost host, WriteEvent event, WriteBatch batch) {
        if (event.isDelete()) {
            return;
        }
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                Record record = put.space() == Space.RECORDS
                        ? StoredLayout.record(put.value())
                        : put.space() == Space.HINTS
                                ? StoredLayout.hint(put.key(), put.value()).record()
                                : Record.empty();
                if (record.siblingDots().contains(event.dot)) {
                    return;
                }
            }
        }
        violations.add(Checker.LOST_WRITE, host + " made " + event + " without storing its value in the same batch");
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

    private void noteClosings(WriteBatch.Change change) {
        if (change instanceof WriteBatch.Put put && put.space() == Space.META) {
            StoredLayout.closedRuns(put.key(), put.value())
                    .filter(table -> table.newest() > closed.newest())
                    .ifPresent(table -> {
                        closed = table;
                        probes().hit(Probe.RUNS_CLOSED);
                    });
        }
    }

    /**
     * A host says that it has everything of the runs that are closed as of a number. The first that does had reported it, and so had all
     * that take up the closing by themselves; others have it from one of those.
     *
     * @return whether it has seen more then
     */
    private boolean closes(SimulatedHost host, WriteBatch.Put put) {
        ReplicaHistory replica = replica(StoredLayout.replicaOfClosing(put.key()));
        StoredLayout.Closing before = StoredLayout.closing(host.disk().get(Space.META, put.key()));
        StoredLayout.Closing after = StoredLayout.closing(put.value());
        if (after.closed() <= before.closed()) {
            return false;
        }
        DotSet seen = replica.seenBy(host.index());
        DotSet mine = replica.covered(seen, after.closed());
        boolean reported = after.reported() == after.closed();
        probes().hit(reported ? Probe.CLOSING_TAKEN_UP : Probe.CLOSING_STREAMED);
        if (!replica.isAgreed(after.closed())) {
            requireNobodyHas(host, replica, replica.agreed(after.closed()).minus(mine));
            replica.agree(after.closed(), mine);
        } else if (reported && !mine.equals(replica.agreed(after.closed()))) {
            violations.add(
                    Checker.DIVERGED,
                    host + " closes replica " + replica.id + " as of " + after.closed() + " with " + mine
                            + " seen of the closed runs, others with " + replica.agreed(after.closed()));
        }
        DotSet all = seen.join(replica.agreed(after.closed()));
        for (Dot dot : all.minus(seen).dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known != null) {
                known.event().heldBy(host.index(), host.disk().applied() + 1);
            }
        }
        replica.seenBy(host.index(), all);
        return all != seen;
    }

    /** What an earlier closing covered and this one does not is lost everywhere; else who has it would be taken to have been deleted. */
    private void requireNobodyHas(SimulatedHost closing, ReplicaHistory replica, DotSet gone) {
        for (Dot dot : gone.dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            for (SimulatedHost host : known == null ? List.<SimulatedHost>of() : fleet.inService()) {
                if (known.event().isHeldBy(host.index())) {
                    found(
                            Checker.DIVERGED,
                            closing + " closes replica " + replica.id + " without " + known.event() + ", which " + host
                                    + " has");
                }
            }
        }
    }

    /** Every value that is stored is that of its dot. */
    void stored(SimulatedHost host, ReplicaHistory replica, byte[] key, Record record) {
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
}
