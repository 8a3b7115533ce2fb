package io.whorl.core.coordinate;

import io.whorl.core.version.DotSet;

/**
 * What an acknowledged write made.
 *
 * @param history everything that the record had seen, the write's own dot among it
 * @param timestamp the write's hybrid timestamp
 */
public record WriteResult(DotSet history, long timestamp) {}
