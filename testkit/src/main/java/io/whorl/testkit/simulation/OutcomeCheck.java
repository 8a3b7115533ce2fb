package io.whorl.testkit.simulation;

import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Dot;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Promise P6: every request ends by its deadline, once, with an outcome that is true; and what a read returns was written, to
 * that key, and is not returned beside something that had replaced it.
 */
final class OutcomeCheck {
    /** Messages and tasks between a timer and the client take this long at the most. */
    private static final long GRACE = Kernel.SECOND;

    private final Kernel kernel;
    private final History history;
    private final Violations violations;
    private final SimulationOptions options;
    private final RegularityCheck regularity;
    private final Map<Long, ClientRequest> open = new TreeMap<>();
    private long numbers;
    private long requests;
    private long acknowledged;

    OutcomeCheck(Kernel kernel, History history, Violations violations, SimulationOptions options) {
        this.kernel = kernel;
        this.history = history;
        this.violations = violations;
        this.options = options;
        this.regularity = new RegularityCheck(violations, history.epochs());
    }

    /** Promise P5, which is checked with every read. */
    RegularityCheck regularity() {
        return regularity;
    }

    private KeyHistory key(ClientRequest request) {
        int partition = KeyHash.partition(KeyHash.of(request.key), options.partitions());
        return history.replica(new ReplicaId(request.bucket.number(), partition))
                .key(request.key);
    }

    long nextNumber() {
        return ++numbers;
    }

    /** How many requests were begun. */
    long requests() {
        return requests;
    }

    /** How many of them succeeded. */
    long acknowledged() {
        return acknowledged;
    }

    void begun(ClientRequest request) {
        requests++;
        open.put(request.number, request);
        if (request.kind == ClientRequest.Kind.GET) {
            regularity.begins(key(request), request);
        }
    }

    /** The client's node died before it answered. */
    void abandoned(ClientRequest request) {
        open.remove(request.number);
    }

    void succeeded(ClientRequest request, Object result) {
        acknowledged++;
        request.acknowledged = true;
        end(request);
        if (result instanceof WriteResult written) {
            requireHeld(request, written);
            if (!request.events.isEmpty()) {
                regularity.acknowledged(key(request), request.events.get(0));
            }
        } else if (result instanceof ReadResult read) {
            requireWritten(request, read);
            regularity.returned(key(request), request, key(request).exact(read.history()));
            kernel.probes().sometimes(Probe.READ_OF_A_MOVING_SLOT, !request.owed.isEmpty() && isMoving(request));
        }
    }

    void failed(ClientRequest request, Failure failure) {
        request.outcome = failure.outcome();
        Probes probes = kernel.probes();
        probes.sometimes(Probe.QUORUM_UNAVAILABLE, failure.kind() == Failure.Kind.QUORUM_UNAVAILABLE);
        probes.sometimes(Probe.TIMED_OUT, failure.kind() == Failure.Kind.TIMED_OUT);
        probes.sometimes(Probe.WRITE_FAILED_FOR_SPACE, failure.kind() == Failure.Kind.STORAGE_FULL);
        end(request);
        if (failure.outcome() == Outcome.NOT_APPLIED && !request.events.isEmpty()) {
            violations.add(
                    Checker.FALSE_OUTCOME,
                    request + " failed with " + failure.kind() + ", not applied, but is event "
                            + request.events.get(0).dot);
        }
    }

    private boolean isMoving(ClientRequest request) {
        int partition = KeyHash.partition(KeyHash.of(request.key), options.partitions());
        return history.fleet()
                .newest()
                .filter(state -> state.layout().move(partition).isPresent())
                .isPresent();
    }

    private void end(ClientRequest request) {
        if (request.ended) {
            violations.add(Checker.LATE_OUTCOME, request + " ended twice");
        }
        request.ended = true;
        open.remove(request.number);
        requireInTime(request);
    }

    private void requireInTime(ClientRequest request) {
        long took = kernel.now() - request.begunAt;
        long paused = request.host.pausedBetween(request.begunAt, kernel.now());
        if (took > request.timeout + request.timeout / 500 + paused + GRACE) {
            violations.add(
                    Checker.LATE_OUTCOME,
                    request + " took " + took / Kernel.MILLI + " ms with a timeout of " + request.timeout / Kernel.MILLI
                            + " ms, " + paused / Kernel.MILLI + " ms of it paused");
        }
    }

    /** At a quiet end nothing may be open but what died with its node. */
    void requireAllEnded() {
        for (ClientRequest request : new ArrayList<>(open.values())) {
            if (request.process.isAlive()) {
                requireInTime(request);
            }
        }
    }

    /** An acknowledged write is one event, and as many hosts hold it, durably if the bucket demands it, as were required. */
    private void requireHeld(ClientRequest request, WriteResult result) {
        if (request.events.isEmpty()) {
            violations.add(Checker.FALSE_OUTCOME, request + " is acknowledged, but no replica has made an event of it");
            return;
        }
        WriteEvent event = request.events.get(0);
        if (!result.history().contains(event.dot)) {
            violations.add(
                    Checker.FALSE_OUTCOME,
                    request + " is acknowledged with a history that lacks its dot " + event.dot + ": "
                            + result.history());
        }
        requireOnlyRead(request, event, result);
        requireSlots(request, event);
        int required = history.required(event);
        int held = event.held.cardinality();
        if (request.bucket.options().durability() == Durability.FSYNC) {
            held = durable(event);
        }
        if (held < required) {
            violations.add(
                    Checker.FALSE_OUTCOME,
                    request + " is acknowledged by " + required + ", but held by " + held + " hosts: " + event.held);
        }
    }

    /** While slots move, a strict write is acknowledged by slots, each of which is all of its holders, in some epoch of its time. */
    private void requireSlots(ClientRequest request, WriteEvent event) {
        if (!request.isStrict() || !history.epochs().haveMoved()) {
            return;
        }
        int partition = KeyHash.partition(KeyHash.of(request.key), options.partitions());
        SlotCount count = new SlotCount(history.fleet(), request, event, partition);
        for (ClusterState state : history.epochs().from(request.epoch)) {
            if (count.isEnough(state)) {
                kernel.probes()
                        .sometimes(
                                Probe.WROTE_TO_A_MOVING_SLOT,
                                state.layout().move(partition).isPresent());
                return;
            }
        }
        violations.add(
                Checker.FALSE_OUTCOME,
                request + " is acknowledged, but in no epoch since " + request.epoch
                        + " by as many slots as it needs, with all of their holders: it is held by hosts " + event.held
                        + ", and slots are " + count);
    }

    /**
     * A write with a context hands back that context and its own dot: were there more in it, the next write with it would replace
     * what its caller never read (promise P2).
     */
    private void requireOnlyRead(ClientRequest request, WriteEvent event, WriteResult result) {
        if (request.context == null || request.bucket.options().conflicts() != Conflicts.SIBLINGS) {
            return;
        }
        KeyHistory key = key(request);
        for (Dot dot :
                key.exact(result.history()).minus(key.exact(request.context)).dots()) {
            WriteEvent more = key.event(dot);
            if (more != null && more != event) {
                violations.add(
                        Checker.FALSE_CONTEXT,
                        request + " returns a context that covers " + more + ", which its caller had not read");
                return;
            }
        }
    }

    /** How many hosts have it durably, or had before their disks lost it although it was synced. */
    private int durable(WriteEvent event) {
        int durable = 0;
        for (SimulatedHost host : history.hosts()) {
            int index = host.index();
            boolean synced = event.batches[index] <= host.disk().synced();
            if (event.held.get(index) && (synced || event.lostForGood.get(index))) {
                durable++;
            }
        }
        return durable;
    }

    private void requireWritten(ClientRequest request, ReadResult result) {
        int partition = KeyHash.partition(KeyHash.of(request.key), options.partitions());
        ReplicaHistory replica = history.replica(new ReplicaId(request.bucket.number(), partition));
        List<WriteEvent> returned = new ArrayList<>();
        kernel.probes().sometimes(Probe.SIBLINGS_READ, result.siblings().size() > 1);
        kernel.probes()
                .sometimes(
                        Probe.ABSENT_AFTER_DELETE,
                        result.siblings().isEmpty()
                                && !replica.key(request.key).events.isEmpty());
        kernel.probes().sometimes(Probe.REGULAR_READ, !request.owed.isEmpty());
        for (Sibling sibling : result.siblings()) {
            ReplicaHistory.Written known = replica.event(sibling.dot());
            if (known == null
                    || !Arrays.equals(known.key().key, request.key)
                    || !Arrays.equals(known.event().request.value, sibling.value())) {
                violations.add(Checker.INVENTED_VALUE, request + " returns " + sibling + ", which nobody wrote to it");
            } else {
                returned.add(known.event());
            }
            if (!result.history().contains(sibling.dot())) {
                violations.add(
                        Checker.FALSE_OUTCOME, request + " returns " + sibling + " without its dot in the context");
            }
        }
        for (WriteEvent a : returned) {
            for (WriteEvent b : returned) {
                if (b.seen.get(a.number)) {
                    violations.add(
                            Checker.FALSE_SIBLING, request + " returns " + a + " beside " + b + ", which had seen it");
                }
            }
        }
    }
}
