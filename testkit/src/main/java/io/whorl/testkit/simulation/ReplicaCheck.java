package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What holds of every replica by itself at every instant, whoever it can talk to: a dot is in its seen-set only together with the
 * record that carries its effect (replication.md, rule 6). So no value stands that a seen event had seen, and every seen value
 * stands that no event at all had seen.
 *
 * <p>Checked with every batch, for the keys that it concerns, and for all keys when a stream ends; so that a fault is found
 * where it happens, and not only when nothing has covered it until the end.
 */
final class ReplicaCheck {
    private final Violations violations;
    private final SimulatedHost host;
    private final ReplicaHistory replica;
    private final Set<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
    private final Map<byte[], Record> after = new TreeMap<>(Arrays::compareUnsigned);

    ReplicaCheck(Violations violations, SimulatedHost host, ReplicaHistory replica) {
        this.violations = violations;
        this.host = host;
        this.replica = replica;
    }

    /** The batch concerns this key. */
    void concerns(byte[] key) {
        keys.add(key);
    }

    /** The batch concerns every key, since the seen-set grew without records. */
    void concernsAll() {
        keys.addAll(replica.keys.keySet());
    }

    /** The batch leaves this record under a key; an empty one for none. */
    void leaves(byte[] key, Record record) {
        keys.add(key);
        after.put(key, record);
    }

    /** Checks the replica as it is once the batch has been applied. */
    void check() {
        DotSet seen = replica.seenBy(host.index());
        for (byte[] key : keys) {
            KeyHistory history = replica.keys.get(key);
            if (history != null) {
                check(history, record(key), seen);
            }
        }
    }

    private Record record(byte[] key) {
        Record changed = after.get(key);
        return changed != null
                ? changed
                : StoredLayout.record(host.disk().written(StoredLayout.recordKey(replica.id, key)));
    }

    private void check(KeyHistory key, Record record, DotSet seen) {
        for (Sibling sibling : record.siblings()) {
            ReplicaHistory.Written written = replica.event(sibling.dot());
            if (written == null || written.key() != key) {
                continue;
            }
            WriteEvent event = written.event();
            for (int later = event.number + 1; later < key.events.size(); later++) {
                WriteEvent other = key.events.get(later);
                if (other.seen.get(event.number) && seen.contains(other.dot)) {
                    violations.add(
                            other.isDelete() ? Checker.CAME_BACK : Checker.FALSE_SIBLING,
                            host + " keeps " + event + " although it has seen " + other + ", which had seen that");
                    return;
                }
            }
        }
        DotSet present = record.siblingDots();
        for (int number = key.unreplaced.nextSetBit(0); number >= 0; number = key.unreplaced.nextSetBit(number + 1)) {
            WriteEvent event = key.events.get(number);
            if (seen.contains(event.dot) && !present.contains(event.dot)) {
                violations.add(
                        Checker.LOST_WRITE,
                        host + " has seen " + event + ", which nothing replaces, but does not hold it");
                return;
            }
        }
    }

    /** Takes note of what a change does to the record space. */
    static void note(WriteBatch.Change change, RecordSink sink) {
        if (change instanceof WriteBatch.Put put && put.space() == Space.RECORDS) {
            sink.changed(put.key(), StoredLayout.record(put.value()));
        } else if (change instanceof WriteBatch.Delete delete && delete.space() == Space.RECORDS) {
            sink.changed(delete.key(), Record.empty());
        }
    }

    /** Is told of a record that a batch leaves. */
    interface RecordSink {
        void changed(byte[] storedKey, Record record);
    }
}
