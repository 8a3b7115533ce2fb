package io.whorl.core.replica;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.List;

/** What comes to a replica from elsewhere, one by one or in streams, and is joined with what it holds. */
final class Joins {
    private final Holdings holdings;
    private final OwnDots own;
    private final ReplicaId id;
    private final StorageEngine storage;
    private Passages passages = new Passages();
    private Unsettled unsettled;

    Joins(ReplicaId id, StorageEngine storage, Holdings holdings, OwnDots own) {
        this.holdings = holdings;
        this.own = own;
        this.id = id;
        this.storage = storage;
        this.unsettled = new Unsettled(id, storage);
    }

    /** Begins with what is on disk; whatever stream there was is not gone on with. */
    void recover() {
        begin();
        unsettled.recover();
    }

    /** There is nothing on disk. */
    void begin() {
        passages = new Passages();
        unsettled = new Unsettled(id, storage);
    }

    /** A batch was not applied. */
    void undo() {
        unsettled.undo();
    }

    boolean receive(List<Arrival> arrivals) {
        return receive(arrivals, DotSet.empty(), false);
    }

    boolean receiveStreamed(NodeId peer, DotSet began, List<Arrival> arrivals) {
        unsettled.begin(peer);
        return receive(arrivals, began, true);
    }

    private boolean receive(List<Arrival> arrivals, DotSet later, boolean streamed) {
        return arrivals.size() == 1 && !streamed ? receive(arrivals.get(0)) : receiveAll(arrivals, later, streamed);
    }

    /** One record, as most come: what is done with several, without their lists. Most replace all that is held, so that its values are not read. */
    private boolean receive(Arrival arrival) {
        own.requirePossible(arrival);
        Record head = holdings.records().head(arrival.key());
        return head.isComplete() || replaces(head, arrival)
                ? receive(arrival, head)
                : receive(arrival, holdings.records().get(arrival.key()));
    }

    /** Whether the arriving record has seen all siblings that are held, and is without them. */
    private static boolean replaces(Record held, Arrival arrival) {
        Record arriving = arrival.record();
        for (Sibling sibling : held.siblings()) {
            if (!arriving.context().contains(sibling.dot()) || arriving.has(sibling.dot())) {
                return false;
            }
        }
        return true;
    }

    private boolean receive(Arrival arrival, Record held) {
        DotSet seen = holdings.seen();
        Record filled = held.fill(known(arrival.key(), seen));
        Record merged = merged(filled, arrival);
        DotSet fresh = carried(arrival).minus(seen);
        if (merged == filled && fresh.isEmpty()) {
            return false;
        }
        WriteBatch batch = new WriteBatch();
        log(fresh, arrival.key(), batch);
        DotSet after = seen.join(fresh);
        holdings.store(arrival.key(), held, merged, after, batch);
        holdings.commit(batch, after, List.of(new ByteKey(arrival.key())));
        return true;
    }

    private void log(DotSet fresh, byte[] key, WriteBatch batch) {
        for (Dot dot : fresh.dots()) {
            holdings.log().add(dot, key, batch);
        }
    }

    private boolean receiveAll(List<Arrival> arrivals, DotSet later, boolean streamed) {
        List<Joined> joined = new ArrayList<>(arrivals.size());
        WriteBatch batch = new WriteBatch();
        DotSet seen = holdings.seen();
        DotSet after = seen;
        for (Arrival arrival : arrivals) {
            own.requirePossible(arrival);
            Record held = holdings.records().get(arrival.key());
            Record filled = held.fill(known(arrival.key(), seen));
            Record merged = merged(filled, arrival);
            DotSet carried = carried(arrival);
            DotSet fresh = carried.minus(after).minus(later);
            log(fresh, arrival.key(), batch);
            after = after.join(fresh);
            if (merged != filled || !fresh.isEmpty()) {
                joined.add(new Joined(arrival.key(), held, merged));
            }
        }
        if (joined.isEmpty()) {
            return false;
        }
        List<ByteKey> keys = new ArrayList<>(joined.size());
        for (Joined each : joined) {
            holdings.store(each.key, each.held, each.merged, after, batch);
            keys.add(new ByteKey(each.key));
        }
        if (streamed) {
            unsettled.mark(batch);
        }
        holdings.commit(batch, after, keys);
        return true;
    }

    private DotSet known(byte[] key, DotSet seen) {
        return holdings.has(PlantedBug.FORGOTTEN_ABSENCE) ? seen : passages.known(key, seen);
    }

    private Record merged(Record filled, Arrival arrival) {
        Record merged = filled.join(arrival.record());
        if (holdings.has(PlantedBug.LAST_WRITE_WINS_IN_JOIN)
                && merged.siblings().size() > 1) {
            return new Record(merged.newestFirst().subList(0, 1), merged.history());
        }
        return merged;
    }

    /** The events whose effect comes with it. */
    private DotSet carried(Arrival arrival) {
        Record record = arrival.record();
        if (holdings.has(PlantedBug.DELETE_DOT_DROPPED) && record.siblings().isEmpty()) {
            return DotSet.empty();
        }
        return record.withSiblingDots(arrival.announced());
    }

    private record Joined(byte[] key, Record held, Record merged) {}

    void passed(NodeId peer, DotSet theirs, byte[] upTo) {
        passages.add(peer, theirs, upTo);
    }

    void giveUpStream(NodeId peer) {
        passages.remove(peer);
        unsettled.giveUp(peer);
    }

    void finishStream(NodeId peer, DotSet began) {
        WriteBatch batch = new WriteBatch();
        unsettled.finish(peer, batch);
        joinSeen(began, batch);
        passages.remove(peer);
    }

    void joinSeen(DotSet theirs) {
        joinSeen(theirs, new WriteBatch());
    }

    private void joinSeen(DotSet theirs, WriteBatch batch) {
        own.requirePossible(theirs);
        holdings.joinSeen(theirs, batch);
    }

    boolean isUnsettled() {
        return unsettled.isDue();
    }

    /** Whether a stream is under way, or one that was given up is not settled yet. */
    boolean isStreamed() {
        return !unsettled.isSettled();
    }

    boolean settle(int most) {
        WriteBatch batch = new WriteBatch();
        DotSet fresh = unsettled.walk(most, holdings.seen(), holdings.records(), holdings.log(), batch);
        holdings.commit(batch, holdings.seen().join(fresh), List.of());
        return unsettled.isDue();
    }
}
