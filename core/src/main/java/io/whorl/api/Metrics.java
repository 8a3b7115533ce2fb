package io.whorl.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;

/**
 * What a node has counted since it started, and how full it is, at one moment; immutable. docs/operations.md says of every name
 * what it means and what to do about it.
 *
 * <p>Every number has a stable name, by which {@link #forEach} hands it to whatever an application collects metrics with:
 *
 * <ul>
 *   <li>{@code requests.put.ok}, {@code requests.get.timed_out} …: requests by {@link RequestKind} and {@link RequestResult}.
 *   <li>{@code latency.put.p50}, {@code .p90}, {@code .p99}, {@code .p999}, {@code .max}: of the successful ones, in nanoseconds.
 *   <li>{@code counter.…}: what only grows.
 *   <li>{@code gauge.…}: what goes up and down.
 * </ul>
 *
 * @param requests the requests of this node's application, by kind
 * @param counters what only grows, by name
 * @param gauges what goes up and down, by name; lanes publish theirs about once a second
 */
public record Metrics(
        Map<RequestKind, RequestMetrics> requests, SortedMap<String, Long> counters, SortedMap<String, Long> gauges) {

    /**
     * Copies the maps.
     *
     * @throws IllegalArgumentException if a kind of request is missing
     */
    public Metrics {
        EnumMap<RequestKind, RequestMetrics> kinds = new EnumMap<>(RequestKind.class);
        kinds.putAll(requests);
        for (RequestKind kind : RequestKind.values()) {
            if (!kinds.containsKey(kind)) {
                throw new IllegalArgumentException("requests lacks " + kind);
            }
        }
        requests = Collections.unmodifiableMap(kinds);
        counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
        gauges = Collections.unmodifiableSortedMap(new TreeMap<>(gauges));
    }

    /** The requests of one kind. */
    public RequestMetrics requests(RequestKind kind) {
        return requests.get(Objects.requireNonNull(kind, "kind"));
    }

    /** The number with this full name; empty if there is none of that name, or it is not known on this node. */
    public OptionalLong value(String name) {
        Objects.requireNonNull(name, "name");
        Long value = all().get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** Hands over every number under its full name, in the order of the names. */
    public void forEach(ObjLongConsumer<String> consumer) {
        all().forEach((name, value) -> consumer.accept(name, value));
    }

    private SortedMap<String, Long> all() {
        SortedMap<String, Long> all = new TreeMap<>();
        requests.forEach((kind, metrics) -> {
            metrics.results()
                    .forEach((result, count) -> all.put("requests." + kind.label() + "." + result.label(), count));
            Latencies latencies = metrics.latencies();
            String prefix = "latency." + kind.label() + ".";
            all.put(prefix + "p50", latencies.p50().toNanos());
            all.put(prefix + "p90", latencies.p90().toNanos());
            all.put(prefix + "p99", latencies.p99().toNanos());
            all.put(prefix + "p999", latencies.p999().toNanos());
            all.put(prefix + "max", latencies.max().toNanos());
        });
        counters.forEach((name, value) -> all.put("counter." + name, value));
        gauges.forEach((name, value) -> all.put("gauge." + name, value));
        return all;
    }

    /**
     * The same for the time between an earlier snapshot of the same node and this one: counts and latencies are differences, gauges
     * stay as they are now.
     *
     * @throws IllegalArgumentException if that one is not an earlier one of the same node
     */
    public Metrics since(Metrics earlier) {
        Map<RequestKind, RequestMetrics> between = new EnumMap<>(RequestKind.class);
        requests.forEach((kind, metrics) -> between.put(kind, metrics.since(earlier.requests(kind))));
        SortedMap<String, Long> rest = new TreeMap<>();
        counters.forEach((name, value) -> rest.put(name, value - earlier.counters.getOrDefault(name, 0L)));
        return new Metrics(between, rest, gauges);
    }

    /** For a log: a line for each kind of request, one for the gauges, one for the counters that are not zero. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        requests.forEach((kind, metrics) -> lines.add(kind.label() + ": "
                + metrics.results().entrySet().stream()
                        .filter(entry -> entry.getKey() == RequestResult.OK || entry.getValue() != 0)
                        .map(entry -> entry.getKey().label() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "))
                + " " + metrics.latencies()));
        lines.add("gauges: " + joined(gauges));
        SortedMap<String, Long> moved = new TreeMap<>(counters);
        moved.values().removeIf(value -> value == 0);
        lines.add("counters: " + (moved.isEmpty() ? "all zero" : joined(moved) + " (all others zero)"));
        return List.copyOf(lines);
    }

    private static String joined(Map<String, Long> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    /** {@link #lines}, one below the other. */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
