package io.whorl.core.replica;

import io.whorl.core.version.Record;
import java.util.List;

/**
 * A stretch of a replica in key order.
 *
 * @param entries its records as stored
 * @param upTo the last key of the stretch; null when it reaches the end
 */
public record Section(List<Entry> entries, byte[] upTo) {

    /** A key and its stripped record. */
    public record Entry(byte[] key, Record record) {}
}
