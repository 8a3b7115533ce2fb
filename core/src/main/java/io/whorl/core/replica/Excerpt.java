package io.whorl.core.replica;

import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;

/**
 * A stored record and the bases of its replica's seen-set, of one instant.
 *
 * @param record stripped, as stored; the empty record when the key is absent
 * @param bases what fills it
 */
public record Excerpt(Record record, DotSet bases) {

    /** The record with all that its replica had seen of it. */
    public Record filled() {
        return record.fill(bases);
    }
}
