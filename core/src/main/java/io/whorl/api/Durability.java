package io.whorl.api;

/** When a replica acknowledges a write. */
public enum Durability {
    /**
     * When the operating system has it: survives the death of the process, and reaches the disk at most about 100 ms later. A
     * power loss of W nodes within that time can lose it. The default.
     */
    ASYNC,
    /** When the disk has it (fsync, shared by all writes that wait): survives even a power loss of every node. */
    FSYNC
}
