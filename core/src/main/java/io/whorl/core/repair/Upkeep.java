package io.whorl.core.repair;

import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Pruned;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a replica needs from time to time, whoever its peers are: pruning, stripping, settling. In small steps. */
final class Upkeep {
    private static final int RESTRIPPED_AT_ONCE = 64;
    private static final int SETTLED_AT_ONCE = 256;

    private final ReplicaLane lane;
    private final long dotLogLimit;

    Upkeep(ReplicaLane lane, long dotLogLimit) {
        this.lane = lane;
        this.dotLogLimit = dotLogLimit;
    }

    /** Does what is due for a replica that is known to these peers; whether more than looking was to be done. */
    boolean round(LocalReplica local, Collection<Exchange> exchanges) {
        Replica replica = local.replica();
        if (!local.isSound()) {
            return false;
        }
        prune(replica, exchanges);
        // What is logged is what a peer may still lack, or has not said to have durably: both are for the next rounds.
        boolean busy = local.round() | !replica.logged().isEmpty();
        if (replica.isUnsettled()) {
            settle(local);
            busy = true;
        }
        if (replica.hasDueRemnants()) {
            restrip(local);
            busy = true;
        }
        return busy;
    }

    private void prune(Replica replica, Collection<Exchange> exchanges) {
        if (replica.logged().isEmpty()) {
            return;
        }
        List<DotSet> known = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            if (!exchange.isHolder()) {
                continue;
            }
            known.add(exchange.marks().peerDurable());
        }
        Pruned pruned = replica.prune(known, dotLogLimit);
        lane.meters().add(Counter.DOTS_PRUNED, pruned.dots().size());
        lane.meters().add(Counter.DOT_LOG_OVERFLOWS, pruned.overflow());
    }

    /** Names what streams that were given up have brought. */
    private void settle(LocalReplica local) {
        Replica replica = local.replica();
        if (local.isSound() && replica.isUnsettled()) {
            boolean more = replica.settle(SETTLED_AT_ONCE);
            lane.durableLine().touched(replica);
            if (more) {
                lane.lane().execute(() -> settle(local));
            }
        }
    }

    private void restrip(LocalReplica local) {
        if (local.isSound() && local.replica().restrip(RESTRIPPED_AT_ONCE)) {
            lane.lane().execute(() -> restrip(local));
        }
    }
}
