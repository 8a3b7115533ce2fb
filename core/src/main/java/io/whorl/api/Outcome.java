package io.whorl.api;

/** What is known about a request that failed. */
public enum Outcome {
    /** It had no effect and never will have one; it can be repeated. */
    NOT_APPLIED,
    /** It may have taken effect, may do so yet, or may never; never half of a value. */
    UNKNOWN
}
