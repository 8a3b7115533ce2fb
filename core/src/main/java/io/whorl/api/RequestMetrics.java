package io.whorl.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What became of all requests of one kind that this node's application made of it. Immutable.
 *
 * @param results how many ended in which way; each way is there, though none may have ended so
 * @param latencies how long those took that succeeded, from the call to its result
 */
public record RequestMetrics(Map<RequestResult, Long> results, Latencies latencies) {

    /** Copies the map, and adds zeros where it says nothing. */
    public RequestMetrics {
        Objects.requireNonNull(latencies, "latencies");
        Map<RequestResult, Long> all = new EnumMap<>(RequestResult.class);
        for (RequestResult result : RequestResult.values()) {
            all.put(result, results.getOrDefault(result, 0L));
        }
        results = Collections.unmodifiableMap(all);
    }

    /** How many ended so. */
    public long count(RequestResult result) {
        return results.get(result);
    }

    /** How many have ended. */
    public long total() {
        return results.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many have failed, for whatever reason. */
    public long failed() {
        return total() - count(RequestResult.OK);
    }

    /**
     * What has been added since an earlier snapshot of the same node.
     *
     * @throws IllegalArgumentException if that one is not an earlier one of the same node
     */
    public RequestMetrics since(RequestMetrics earlier) {
        Map<RequestResult, Long> rest = new EnumMap<>(RequestResult.class);
        results.forEach((result, count) -> rest.put(result, count - earlier.count(result)));
        return new RequestMetrics(rest, latencies.since(earlier.latencies));
    }
}
