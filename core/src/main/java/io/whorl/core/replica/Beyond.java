package io.whorl.core.replica;

import io.whorl.core.message.ReplicaMessage;
import java.util.List;

/**
 * Remnants whose contexts name dots beyond the seen-set, in the order in which they came to.
 *
 * @param entries their keys and stripped records, without dots
 * @param upTo the number up to which remnants were looked at
 */
public record Beyond(List<ReplicaMessage.Entry> entries, long upTo) {}
