package io.whorl.core.replica;

import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;

/**
 * What a write made of a record.
 *
 * @param dot the write's name
 * @param excerpt the record as stored now, and what fills it
 * @param history all that the record had seen, the dot among it
 */
public record Written(Dot dot, Excerpt excerpt, DotSet history) {}
