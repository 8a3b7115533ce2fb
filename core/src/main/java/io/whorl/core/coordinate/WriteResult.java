package io.whorl.core.coordinate;

import io.whorl.core.version.DotSet;

/**
 * What an acknowledged write made.
 *
 * @param history what the write had seen, and its own dot: not the siblings beside it, which its caller has not read
 * @param timestamp the write's hybrid timestamp
 */
public record WriteResult(DotSet history, long timestamp) {}
