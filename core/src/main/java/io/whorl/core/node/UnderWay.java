package io.whorl.core.node;

import io.whorl.core.coordinate.Deadlines;
import io.whorl.core.coordinate.Latencies;
import io.whorl.core.coordinate.Request;
import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Gauge;
import io.whorl.core.meter.Gauges;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.function.Consumer;

/** The requests that are under way on one lane, by number; how fast they end; and how long peers take to answer them. */
final class UnderWay {
    private final Gauges gauges;
    private final NumberedRequests requests = new NumberedRequests();
    private final DrainRate ends = new DrainRate();
    private final Latencies reads = new Latencies();
    private final Latencies writes = new Latencies();
    private final Deadlines deadlines;

    UnderWay(Gauges gauges, Lane lane) {
        this.gauges = gauges;
        this.deadlines = new Deadlines(lane);
    }

    int size() {
        return requests.size();
    }

    Latencies reads() {
        return reads;
    }

    Latencies writes() {
        return writes;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    long enter(long number, Request request, Lane.Trace trace) {
        requests.put(number, request, trace);
        gauges.set(Gauge.REQUESTS_UNDER_WAY, requests.size());
        return number;
    }

    void leave(long number, long now) {
        if (requests.remove(number)) {
            gauges.set(Gauge.REQUESTS_UNDER_WAY, requests.size());
            ends.left(now, requests.size() > 0);
        }
    }

    /** After how many nanoseconds one in eight of them will have ended. */
    long roomAfterNanos(long now) {
        return ends.nanosFor(Math.max(1, requests.size() / 8), now);
    }

    void answered(NodeId from, long number, ReplicaMessage answer, long now) {
        reads.answered(from, number, now);
        writes.answered(from, number, now);
        Request request = requests.get(number);
        if (request != null) {
            request.answered(from, answer);
        }
    }

    /** What was asked of a run that is gone will not be answered. */
    void lost(NodeId peer) {
        forEach(request -> request.disconnected(peer));
    }

    /** Each is planned anew if the slots of its partition are other ones now. */
    void slotsChanged(ClusterState state) {
        forEach(request -> request.slotsChanged(state));
    }

    /** Ends them all with what is known of them. */
    void abort(Failure.Kind kind, String detail) {
        forEach(request -> request.abort(kind, detail));
        requests.clear();
    }

    private void forEach(Consumer<Request> step) {
        for (NumberedRequests.Numbered each : requests.inOrder()) {
            each.trace().run(() -> step.accept(each.request()));
        }
    }
}
