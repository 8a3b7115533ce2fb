package io.whorl.core.replica;

import io.whorl.core.version.DotSet;

/**
 * What was removed from a dot log.
 *
 * @param dots all of it
 * @param overflow how many of these went because the log was over its limit: a peer that misses them has to stream
 */
public record Pruned(DotSet dots, long overflow) {}
