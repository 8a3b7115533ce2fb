package io.whorl.core.meter;

import io.whorl.api.RequestKind;
import io.whorl.api.RequestMetrics;
import io.whorl.api.RequestResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What became of the requests that a node's application made, and how long they took. Callable on any thread. */
public final class RequestMeters {
    private static final int RESULTS = RequestResult.values().length;

    private final AtomicLongArray results = new AtomicLongArray(RequestKind.values().length * RESULTS);
    private final LatencyHistogram[] latencies = new LatencyHistogram[RequestKind.values().length];

    /** All zero. */
    public RequestMeters() {
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = new LatencyHistogram();
        }
    }

    /** A request has ended; its time counts if it succeeded. */
    public void ended(RequestKind kind, RequestResult result, long nanos) {
        results.incrementAndGet(kind.ordinal() * RESULTS + result.ordinal());
        if (result == RequestResult.OK) {
            latencies[kind.ordinal()].record(nanos);
        }
    }

    /** What has been counted. */
    public Map<RequestKind, RequestMetrics> snapshot() {
        Map<RequestKind, RequestMetrics> snapshot = new EnumMap<>(RequestKind.class);
        for (RequestKind kind : RequestKind.values()) {
            Map<RequestResult, Long> counts = new EnumMap<>(RequestResult.class);
            for (RequestResult result : RequestResult.values()) {
                counts.put(result, results.get(kind.ordinal() * RESULTS + result.ordinal()));
            }
            snapshot.put(kind, new RequestMetrics(counts, latencies[kind.ordinal()].snapshot()));
        }
        return snapshot;
    }
}
