package io.whorl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whorl.core.meter.RequestMeters;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final RequestMeters requests = new RequestMeters();

    private Metrics metrics(Map<String, Long> counters, Map<String, Long> gauges) {
        return new Metrics(requests.snapshot(), new TreeMap<>(counters), new TreeMap<>(gauges));
    }

    @Test
    void every_number_has_a_name() {
        requests.ended(RequestKind.PUT, RequestResult.OK, 1_000);
        requests.ended(RequestKind.PUT, RequestResult.TIMED_OUT, 1_000);
        Metrics metrics = metrics(Map.of("hints_kept", 7L), Map.of("replicas", 9L));

        Map<String, Long> all = new TreeMap<>();
        metrics.forEach((name, value) -> all.put(name, value));

        assertThat(all)
                .hasSize(RequestKind.values().length * (RequestResult.values().length + 5) + 2)
                .containsEntry("requests.put.ok", 1L)
                .containsEntry("requests.put.timed_out", 1L)
                .containsEntry("requests.get.ok", 0L)
                .containsEntry("latency.put.max", 1_000L)
                .containsEntry("counter.hints_kept", 7L)
                .containsEntry("gauge.replicas", 9L);
        assertThat(metrics.value("counter.hints_kept")).isEqualTo(OptionalLong.of(7));
        assertThat(metrics.value("counter.nothing")).isEmpty();
        assertThat(metrics.requests(RequestKind.PUT).total()).isEqualTo(2);
        assertThat(metrics.requests(RequestKind.PUT).failed()).isEqualTo(1);
    }

    @Test
    void the_time_between_two_snapshots_has_metrics_of_its_own() {
        requests.ended(RequestKind.GET, RequestResult.OK, 5_000_000);
        Metrics before = metrics(Map.of("a", 1L), Map.of("g", 5L));
        requests.ended(RequestKind.GET, RequestResult.OK, 1_000);
        requests.ended(RequestKind.GET, RequestResult.OVERLOADED, 0);
        Metrics between = metrics(Map.of("a", 4L, "b", 2L), Map.of("g", 3L)).since(before);

        assertThat(between.value("requests.get.ok")).hasValue(1);
        assertThat(between.value("requests.get.overloaded")).hasValue(1);
        assertThat(between.value("latency.get.max").orElseThrow()).isBetween(1_000L, 1_032L);
        assertThat(between.value("counter.a")).hasValue(3);
        assertThat(between.value("counter.b")).hasValue(2);
        assertThat(between.value("gauge.g")).hasValue(3);
    }

    @Test
    void the_text_is_for_a_log() {
        requests.ended(RequestKind.DELETE, RequestResult.OK, 1_500_000);
        requests.ended(RequestKind.DELETE, RequestResult.QUORUM_UNAVAILABLE, 0);
        Metrics metrics = metrics(Map.of("a", 0L, "b", 2L), Map.of("g", 0L));

        assertThat(metrics.lines())
                .contains("delete: ok=1 quorum_unavailable=1"
                        + " p50=1.500ms p90=1.500ms p99=1.500ms p99.9=1.500ms max=1.500ms")
                .contains("gauges: g=0")
                .contains("counters: b=2 (all others zero)")
                .hasSize(RequestKind.values().length + 2);
        assertThat(metrics).hasToString(String.join("\n", metrics.lines()));
        assertThat(metrics(Map.of("a", 0L), Map.of()).lines()).contains("counters: all zero");
    }

    @Test
    void a_kind_of_request_cannot_be_forgotten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Metrics(Map.of(), new TreeMap<>(), new TreeMap<>()))
                .withMessageContaining("GET");
    }

    @Test
    void every_exception_of_a_request_has_a_result_of_its_own() throws Exception {
        List<Class<?>> failures = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src", "main", "java", "io", "whorl", "api"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Exception.java")) {
                    failures.add(Class.forName("io.whorl.api." + name.replace(".java", "")));
                }
            }
        }
        failures.removeIf(type -> Modifier.isAbstract(type.getModifiers()));
        failures.remove(StartFailedException.class);
        // Thrown by operations on the cluster, never by a request.
        failures.remove(ChangeRefusedException.class);
        assertThat(failures).hasSize(13);

        Set<RequestResult> results = EnumSet.noneOf(RequestResult.class);
        for (Class<?> type : failures) {
            RequestResult result = RequestResult.of(instance(type));
            assertThat(result).as(type.getName()).isNotIn(RequestResult.OK, RequestResult.CALLER_FAILED);
            results.add(result);
        }
        // Keys and values that are too large share one.
        assertThat(results).hasSize(failures.size() - 1);
        assertThat(RequestResult.of(new IllegalStateException("x"))).isEqualTo(RequestResult.CALLER_FAILED);
    }

    private static Throwable instance(Class<?> type) throws ReflectiveOperationException {
        var constructor = type.getConstructors()[0];
        Object[] arguments = new Object[constructor.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> parameter = constructor.getParameterTypes()[i];
            arguments[i] = parameter == int.class ? (Object) 1 : parameter == long.class ? (Object) 1L : null;
        }
        return (Throwable) constructor.newInstance(arguments);
    }
}
