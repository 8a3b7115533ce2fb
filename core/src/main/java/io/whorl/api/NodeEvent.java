package io.whorl.api;

import java.util.Optional;

/** A turn in the life of a node or of its cluster, as one node sees it. Nodes are named as {@code Whorl.nodeId()} names them. */
public sealed interface NodeEvent {

    /** A member does not answer; unless it does soon, it will count as dead. It is asked last meanwhile. */
    record MemberSuspected(String node) implements NodeEvent {}

    /** A member counts as dead: fallbacks stand in for it until it returns. The ring does not change. */
    record MemberDied(String node) implements NodeEvent {}

    /** A member that was suspected, dead or cut off answers again. */
    record MemberReturned(String node) implements NodeEvent {}

    /** A node has become a member. Slots begin to move to it. */
    record MemberJoined(String node, String address) implements NodeEvent {}

    /** A member gives its slots away, to leave. */
    record MemberLeaving(String node) implements NodeEvent {}

    /** A member that was leaving has given everything away, and is none any more. */
    record MemberLeft(String node) implements NodeEvent {}

    /** A member was removed as lost for good: its slots are rebuilt on others. It can never return under its identity. */
    record MemberRemoved(String node) implements NodeEvent {}

    /** A slot begins to move from this node or to it. A move may begin and end between two epochs that this node learns, untold. */
    record MoveBegun(int partition, MoveKind kind, Optional<String> from, Optional<String> to) implements NodeEvent {}

    /** A slot that moved from this node or to it has arrived; or, if not {@code done}, its move was given up, and perhaps begins anew. */
    record MoveEnded(int partition, MoveKind kind, Optional<String> from, Optional<String> to, boolean done)
            implements NodeEvent {}

    /** Everything that was to move anywhere in the cluster has moved, and former holders have dropped what they had. */
    record ClusterAtRest(long epoch) implements NodeEvent {}

    /** The last of the hints for a member were handed over: so many since it returned. */
    record HintsHandedOver(String node, long hints) implements NodeEvent {}

    /** A replica of this node that had fallen behind, or was in doubt, is complete again. */
    record ReplicaCaughtUp(String bucket, int partition) implements NodeEvent {}

    /** A replica of this node met something unreadable: it answers nothing until it has taken itself anew from its peers. */
    record ReplicaInDoubt(String bucket, int partition, String reason) implements NodeEvent {}

    /** The disk has too little space left: writes are refused until there is some again; reads go on. */
    record StorageFull(String detail) implements NodeEvent {}

    /** There is space again. */
    record StorageHasSpace() implements NodeEvent {}

    /** So many events came faster than this subscriber took them, and are lost to it: the oldest ones that still waited. */
    record EventsMissed(long events) implements NodeEvent {}

    /** This node has stopped, by itself or because it was closed. The last event. */
    record NodeStopped(String reason) implements NodeEvent {}
}
