package io.whorl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.whorl.api.Bucket;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.Metrics;
import io.whorl.api.RequestKind;
import io.whorl.api.RequestMetrics;
import io.whorl.api.RequestResult;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every request of an application is counted once, however it ends. */
class MeasuredRequestsTest {
    private Whorl node;
    private Bucket<String, String> carts;

    @BeforeEach
    void start() {
        node = Whorl.builder().clusterName("shop").maxValueSize(16).start();
        carts = node.bucket("carts", Codec.utf8(), Codec.utf8());
    }

    @AfterEach
    void close() {
        node.close();
    }

    private RequestMetrics requests(RequestKind kind) {
        return node.metrics().requests(kind);
    }

    private static void assertCounted(RequestMetrics metrics, Map<RequestResult, Long> expected) {
        expected.forEach((result, count) ->
                assertThat(metrics.count(result)).as("%s", result).isEqualTo(count));
        assertThat(metrics.total())
                .isEqualTo(expected.values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void counts_calls_that_wait() {
        carts.put("alice", "book");
        CausalContext context = carts.fetch("alice").context();
        carts.get("alice");
        carts.put("alice", "pen", context);
        carts.update("alice", old -> "cup");
        carts.delete("alice");
        carts.delete("alice", context);

        assertCounted(requests(RequestKind.PUT), Map.of(RequestResult.OK, 2L));
        assertCounted(requests(RequestKind.GET), Map.of(RequestResult.OK, 2L));
        assertCounted(requests(RequestKind.UPDATE), Map.of(RequestResult.OK, 1L));
        assertCounted(requests(RequestKind.DELETE), Map.of(RequestResult.OK, 2L));
        assertThat(requests(RequestKind.PUT).latencies().count()).isEqualTo(2);
        assertThat(requests(RequestKind.PUT).latencies().max()).isPositive();
        assertThat(node.metrics().value("gauge.requests_under_way")).hasValue(0);
    }

    @Test
    void counts_calls_that_do_not_wait() {
        var async = carts.async();
        async.put("alice", "book").join();
        CausalContext context = async.fetch("alice").join().context();
        async.get("alice").join();
        async.put("alice", "pen", context).join();
        async.update("alice", old -> "cup").join();
        async.delete("alice").join();
        async.delete("alice", context).join();
        async.sync().get("alice");

        assertCounted(requests(RequestKind.PUT), Map.of(RequestResult.OK, 2L));
        assertCounted(requests(RequestKind.GET), Map.of(RequestResult.OK, 3L));
        await().untilAsserted(() -> assertCounted(requests(RequestKind.UPDATE), Map.of(RequestResult.OK, 1L)));
        assertCounted(requests(RequestKind.DELETE), Map.of(RequestResult.OK, 2L));
    }

    @Test
    void counts_refusals_at_the_door() {
        catchThrowable(() -> carts.put("alice", "x".repeat(17)));
        catchThrowable(() -> carts.async().put("alice", "x".repeat(17)).join());
        catchThrowable(() -> carts.put("x".repeat(1 << 17), "x"));
        catchThrowable(() -> carts.put("\ud800", "x"));
        catchThrowable(() -> carts.put("", "x"));
        catchThrowable(() -> carts.async().put("", "x"));
        assertCounted(
                requests(RequestKind.PUT),
                Map.of(RequestResult.TOO_LARGE, 3L, RequestResult.CODEC_FAILED, 1L, RequestResult.CALLER_FAILED, 2L));
        assertThat(requests(RequestKind.PUT).latencies().count()).isZero();
    }

    @Test
    void counts_what_the_callers_own_code_throws() {
        CausalContext first = carts.put("alice", "book");
        carts.put("alice", "pen", first);
        carts.put("alice", "cup", first);
        Bucket<String, String> failing = carts.resolvedBy(siblings -> {
            throw new IllegalStateException("deliberate");
        });
        catchThrowable(() -> failing.get("alice"));
        catchThrowable(() -> failing.async().get("alice").join());
        catchThrowable(() -> carts.update("alice", old -> "x"));
        catchThrowable(() -> carts.update("bob", old -> {
            throw new AssertionError("deliberate");
        }));
        assertCounted(requests(RequestKind.GET), Map.of(RequestResult.CALLER_FAILED, 2L));
        assertCounted(
                requests(RequestKind.UPDATE),
                Map.of(RequestResult.UNRESOLVED_SIBLINGS, 1L, RequestResult.CALLER_FAILED, 1L));
    }

    @Test
    void counts_interruptions_and_calls_after_the_end() {
        Thread.currentThread().interrupt();
        catchThrowable(() -> carts.get("alice"));
        assertThat(Thread.interrupted()).isTrue();
        node.close();
        catchThrowable(() -> carts.get("alice"));
        catchThrowable(() -> carts.async().get("alice").join());
        assertCounted(requests(RequestKind.GET), Map.of(RequestResult.INTERRUPTED, 1L, RequestResult.NODE_CLOSED, 2L));
    }

    @Test
    void the_snapshot_says_how_full_the_node_is() {
        carts.put("alice", "book");
        // Its caller is answered just before the lane forgets a request.
        await().untilAsserted(() -> assertThat(node.metrics().value("gauge.lane_0_requests_under_way"))
                .hasValue(0));
        Metrics metrics = node.metrics();
        assertThat(metrics.value("gauge.replicas")).hasValue(256);
        assertThat(metrics.value("gauge.replicas_in_doubt")).hasValue(0);
        assertThat(metrics.value("gauge.lane_0_waiting")).isPresent();
        assertThat(metrics.value("counter.transport_violations")).hasValue(0);
        assertThat(metrics.toString()).contains("put: ok=1");
    }
}
