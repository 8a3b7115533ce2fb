package io.whorl.core.message;

/** Something that one node says to another. */
public sealed interface Message permits ReplicaMessage, RepairMessage, MoveMessage, ClusterMessage {}
