package io.whorl.core.replica;

import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;

/**
 * A record that came from elsewhere, to be joined.
 *
 * @param key whose record
 * @param record filled
 * @param announced dots of writes whose effect the record carries
 */
public record Arrival(byte[] key, Record record, DotSet announced) {}
