package io.whorl.testkit.simulation;

/** A kind of fault that the simulator can make. */
public enum FaultClass {
    /** Single messages are lost. */
    LOSS,
    /** Messages arrive more than once, some of them long after. */
    REPEAT,
    /** Messages overtake others of their link. */
    REORDER,
    /** Some messages take far longer than usual. */
    DELAY,
    /** A link withholds all messages for a while, and refuses more than a few bytes under way. */
    CLOG,
    /** The network is split: in two, in one direction only, or around a single node. */
    SPLIT,
    /** Nodes crash and start again: killed, or without power, which undoes a suffix of what was not synced. */
    CRASH,
    /** A node stands still for up to two minutes. */
    PAUSE,
    /** Wall clocks are off by up to ten minutes and jump by up to an hour; monotonic clocks drift. */
    CLOCK
}
