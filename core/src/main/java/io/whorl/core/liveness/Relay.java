package io.whorl.core.liveness;

import io.whorl.core.ring.NodeId;

/** A probe that this node makes for another. */
final class Relay {
    final NodeId asker;
    final long askerRun;
    final long askerNumber;
    final NodeId target;
    final long nackAt;
    final long endsAt;
    boolean nacked;

    Relay(NodeId asker, long askerRun, long askerNumber, NodeId target, long nackAt, long endsAt) {
        this.asker = asker;
        this.askerRun = askerRun;
        this.askerNumber = askerNumber;
        this.target = target;
        this.nackAt = nackAt;
        this.endsAt = endsAt;
    }

    long wakeAt() {
        return nacked ? endsAt : nackAt;
    }
}
