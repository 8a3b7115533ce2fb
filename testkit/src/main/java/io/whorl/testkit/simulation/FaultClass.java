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
    /** The network is split: in two, in one direction only, around a single node, or so that one node alone is a bridge. */
    SPLIT,
    /** Nodes crash and start again: killed, or without power, which undoes a suffix of what was not synced. */
    CRASH,
    /** A node stands still for up to two minutes. */
    PAUSE,
    /** Wall clocks are off by up to ten minutes and jump by up to an hour; monotonic clocks drift. */
    CLOCK,
    /** A link drops everything in one direction, and nobody is told: the connection counts as up. */
    HALF_OPEN,
    /** A connection breaks right after a message was delivered: what was asked is done, and its sender hears of the loss alone. */
    EXECUTED_BUT_FAILED,
    /** A disk takes seconds for a sync, and every step of its node takes long. */
    SLOW_DISK,
    /** A disk has no room for a while: writes are refused, reads go on. */
    FULL_DISK,
    /** A read, a batch or a sync fails: the node has to stop itself, and is started again later. */
    IO_ERROR,
    /** The power goes while a batch is being written: that batch is gone as a whole, perhaps with others before it. */
    TORN_BATCH,
    /** One bit of a stored value changes, which only its checksum tells. */
    FLIPPED_BYTE,
    /** A host goes back to an earlier state of its own disk, as from a backup, though that has been synced since. */
    ROLLED_BACK_DISK,
    /** A host and its disk are gone for ever; never so many that a bucket cannot be served. */
    LOST_DISK,
    /** New hosts join; some of them die again before all their slots have come. */
    JOIN,
    /** Members leave: their slots move away, then they close. */
    LEAVE,
    /** A host is gone for ever, and some time later an operator removes its node. */
    REMOVE,
    /** A host is gone for ever, and a new one joins in its place. */
    REPLACE,
    /** A host loses its disk and joins again, under its address, as another node. */
    REJOIN_EMPTY,
    /** All hosts of a zone are down for a while. */
    ZONE_LOSS,
    /** Most of the voters are down for a while. */
    VOTERS_DOWN,
    /** Members get other weights. */
    WEIGHTS,
    /** Buckets are created, dropped, created again under their names, and get other numbers of replicas. */
    BUCKETS
}
