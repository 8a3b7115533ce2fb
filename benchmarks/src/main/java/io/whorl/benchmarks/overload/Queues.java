package io.whorl.benchmarks.overload;

import io.whorl.Whorl;
import io.whorl.api.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What waits in the nodes, looked at in the middle of every second. */
final class Queues {
    private static final long SECOND_MILLIS = 1_000;

    /**
     * At one moment, summed over the nodes.
     *
     * @param callers requests of callers that wait for a lane
     * @param peers messages of other nodes that do
     * @param underWay requests that lanes have begun, and may still have to bring to their last holder
     * @param admitted requests of callers that were let in and have not ended
     * @param limit how many may be
     */
    private record Look(long callers, long peers, long underWay, long admitted, long limit) {
        @Override
        public String toString() {
            return callers + " + " + peers + ", " + underWay + ", " + admitted + " of " + limit;
        }
    }

    private final List<Whorl> nodes;
    private final List<Look> looks = Collections.synchronizedList(new ArrayList<>());

    Queues(List<Whorl> nodes) {
        this.nodes = nodes;
    }

    /** Begins to look; the thread ends after so many seconds, or when it is interrupted. */
    Thread watch(int seconds) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(SECOND_MILLIS / 2);
                        for (int i = 0; i < seconds; i++) {
                            looks.add(look());
                            Thread.sleep(SECOND_MILLIS);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "queues");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Look look() {
        long callers = 0;
        long peers = 0;
        long underWay = 0;
        long admitted = 0;
        long limit = 0;
        for (Whorl node : nodes) {
            Metrics metrics = node.metrics();
            callers += sum(metrics, "_callers_waiting");
            peers += sum(metrics, "_peers_waiting");
            underWay += sum(metrics, "_requests_under_way");
            admitted += sum(metrics, "_callers_under_way");
            limit += sum(metrics, "_callers_limit");
        }
        return new Look(callers, peers, underWay, admitted, limit);
    }

    private static long sum(Metrics metrics, String ending) {
        return metrics.gauges().entrySet().stream()
                .filter(gauge ->
                        gauge.getKey().startsWith("lane_") && gauge.getKey().endsWith(ending))
                .mapToLong(gauge -> gauge.getValue())
                .sum();
    }

    /** What was found in a second; empty if nobody looked. */
    String at(int second) {
        return second < looks.size() ? looks.get(second).toString() : "";
    }

    /** The most of each that was found. */
    String most() {
        Look most = new Look(0, 0, 0, 0, 0);
        for (Look look : List.copyOf(looks)) {
            most = new Look(
                    Math.max(most.callers, look.callers),
                    Math.max(most.peers, look.peers),
                    Math.max(most.underWay, look.underWay),
                    Math.max(most.admitted, look.admitted),
                    Math.max(most.limit, look.limit));
        }
        return most.toString();
    }
}
