package io.whorl.core.replica;

import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;

/**
 * What a write made of a record.
 *
 * @param dot the write's name
 * @param excerpt the record as stored now, and what fills it
 * @param history what the write had seen, and its dot: not the siblings beside it, which its caller has not read
 */
public record Written(Dot dot, Excerpt excerpt, DotSet history) {}
