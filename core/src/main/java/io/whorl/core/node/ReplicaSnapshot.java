package io.whorl.core.node;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.List;

/**
 * Everything that a node holds of one replica at one instant, for tests, checkers and whoever wants to look closely.
 *
 * @param seen the seen-set
 * @param durable the part of it that is known to be on disk
 * @param logged the dots in the dot log
 * @param records all records as stored, stripped, in key order
 * @param inDoubt whether the replica met something unreadable, and so answers nothing
 */
public record ReplicaSnapshot(
        ReplicaId replica, DotSet seen, DotSet durable, DotSet logged, List<KeyedRecord> records, boolean inDoubt) {

    /** A key and its stored record. */
    public record KeyedRecord(byte[] key, Record record) {}
}
