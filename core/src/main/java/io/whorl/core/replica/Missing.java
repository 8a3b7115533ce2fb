package io.whorl.core.replica;

import io.whorl.core.message.ReplicaMessage;
import java.util.List;

/**
 * What a peer lacks.
 *
 * @param entries keys, their stripped records, and the lacking dots that belong to them
 * @param pruned some of it is no longer in the dot log; then there are no entries
 * @param more there is more than fitted
 */
public record Missing(List<ReplicaMessage.Entry> entries, boolean pruned, boolean more) {}
