package io.whorl.core.handoff;

import io.whorl.core.message.Refusal;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;

/** What became of a write that a fallback coordinated. */
public sealed interface FallbackWrite {

    /**
     * It was made, and is kept as a hint for every target.
     *
     * @param dot the write's name
     * @param record the whole record that it made
     * @param announced the dots whose effect the record carries, this one among them
     * @param history what the write had seen, and its dot
     */
    record Made(Dot dot, Record record, DotSet announced, DotSet history) implements FallbackWrite {}

    /** Nothing was changed. */
    record Refused(Refusal reason, String detail) implements FallbackWrite {}
}
