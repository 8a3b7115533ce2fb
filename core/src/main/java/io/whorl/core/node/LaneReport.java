package io.whorl.core.node;

import io.whorl.core.meter.Gauge;
import io.whorl.core.meter.Gauges;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.repair.RepairStatus;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.transfer.MoveStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one lane tells of its replicas: to whoever asks the lane, and in passing to whoever reads the node's gauges. */
final class LaneReport {
    /** How far replicas lag behind takes looking at each pair of seen-sets, so it is not done every time. */
    private static final int TIMES_PER_LAG = 4;

    private final int lane;
    private final HeldReplicas replicas;
    private final AntiEntropy antiEntropy;
    private final Gauges gauges;
    private int times;

    LaneReport(int lane, HeldReplicas replicas, AntiEntropy antiEntropy, Gauges gauges) {
        this.lane = lane;
        this.replicas = replicas;
        this.antiEntropy = antiEntropy;
        this.gauges = gauges;
    }

    /**
     * How this lane's replicas are.
     *
     * @param moves the moves that the lane carries out
     */
    LaneStatus status(List<MoveStatus> moves) {
        SortedMap<ReplicaId, String> doubts = new TreeMap<>();
        for (Replica replica : replicas.all()) {
            replica.doubt().ifPresent(reason -> doubts.put(replica.id(), reason));
        }
        return new LaneStatus(
                lane,
                replicas.all().size(),
                catchingUp(),
                doubts,
                antiEntropy.status(),
                moves,
                new TreeMap<>(antiEntropy.sinceHeard()));
    }

    private int catchingUp() {
        return (int) replicas.all().stream()
                .filter(replica -> replica.standing() == Standing.BEHIND)
                .count();
    }

    /** Sets the lane's gauges; called at every round of anti-entropy. */
    void publish() {
        long doubts = 0;
        long logged = 0;
        for (Replica replica : replicas.all()) {
            doubts += replica.doubt().isPresent() ? 1 : 0;
            logged += replica.logged().size();
        }
        gauges.set(Gauge.REPLICAS, replicas.all().size());
        gauges.set(Gauge.REPLICAS_IN_DOUBT, doubts);
        gauges.set(Gauge.REPLICAS_CATCHING_UP, catchingUp());
        gauges.set(Gauge.DOTS_LOGGED, logged);
        if (times++ % TIMES_PER_LAG == 0) {
            publishLag();
        }
    }

    private void publishLag() {
        TreeSet<ReplicaId> behind = new TreeSet<>();
        long events = 0;
        long streams = 0;
        for (RepairStatus each : antiEntropy.status()) {
            events += each.behind();
            streams += each.streaming() ? 1 : 0;
            if (each.behind() > 0) {
                behind.add(each.replica());
            }
        }
        gauges.set(Gauge.REPLICAS_BEHIND, behind.size());
        gauges.set(Gauge.EVENTS_BEHIND, events);
        gauges.set(Gauge.STREAMS, streams);
    }
}
