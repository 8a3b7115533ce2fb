package io.whorl.core.repair;

import io.whorl.core.replica.Replica;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;

/** One of this lane's replicas, and what repair keeps of it whoever the peer. */
final class LocalReplica {
    private final Replica replica;
    private DotSet hashed = DotSet.empty();
    private long hash;
    private long ripe;
    private long latest;
    private boolean gone;

    LocalReplica(Replica replica) {
        this.replica = replica;
    }

    Replica replica() {
        return replica;
    }

    /** Whether the replica may say what it has seen; one that cannot be read may not. */
    boolean isSound() {
        return !gone && replica.exchanges();
    }

    /** The replica is dropped: steps that are still to come do nothing. */
    void gone() {
        gone = true;
    }

    /** The fingerprint of what this replica has seen. */
    long fingerprint() {
        DotSet seen = replica.seen();
        if (!seen.equals(hashed)) {
            hash = fingerprint(seen);
            hashed = seen;
        }
        return hash;
    }

    /** The fingerprint of what some holder of this replica has seen; zero for nothing, so that who lacks the replica agrees. */
    long fingerprint(DotSet seen) {
        if (seen.isEmpty()) {
            return 0;
        }
        ByteWriter out = new ByteWriter();
        out.i64(replica.id().bucket());
        out.i32(replica.id().partition());
        out.i64(replica.fingerprint());
        DotSetCodec.write(out, seen);
        return KeyHash.of(out.toByteArray());
    }

    /** A round begins: remnants that were there at the last one are ripe now; whether there are any that are not. */
    boolean round() {
        ripe = latest;
        latest = replica.lastRemnant();
        return ripe != latest;
    }

    /** Remnants up to this number have not been resolved by what was under way when they arose. */
    long ripe() {
        return ripe;
    }
}
