package io.whorl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.whorl.StopReason;
import io.whorl.api.Bucket;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.NodeClosedException;
import io.whorl.api.Outcome;
import io.whorl.api.StorageFailureException;
import io.whorl.api.StorageFullException;
import io.whorl.api.WhorlException;
import io.whorl.core.spi.StorageException;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.internal.lane.LaneGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node's life when something under it fails, or when it ends while it is busy. */
class EmbeddedNodeTest {
    private final FailingEngine engine = new FailingEngine();
    private final AtomicReference<LaneGroup> lanes = new AtomicReference<>();
    private final EmbeddedNode node = EmbeddedNode.open(
                    new NodeSettings(
                            "shop",
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            0,
                            16,
                            Optional.empty(),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(30),
                            1 << 20,
                            Optional.empty(),
                            Optional.empty(),
                            2,
                            new NodeMemory(16 << 20, 1)),
                    (settings, threads, failures) -> {
                        lanes.set(new CombiningLanes(settings.lanes(), threads.apply("lane"), 1 << 16, failures));
                        return new NodeParts(lanes.get(), Optional.empty(), engine);
                    })
            .awaitReady();
    private final Bucket<String, String> carts = node.bucket("carts", Codec.utf8(), Codec.utf8());

    @AfterEach
    void close() {
        node.close(Duration.ZERO);
    }

    private StopReason stopped() throws Exception {
        return node.stopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_storage_failure_stops_the_node_and_later_calls_say_so() throws Exception {
        carts.put("alice", "book");
        engine.failWith(StorageException.Kind.IO);
        Throwable first = catchThrowable(() -> carts.put("alice", "pen"));
        assertThat(first).isInstanceOfAny(StorageFailureException.class, NodeClosedException.class);
        StopReason reason = stopped();
        assertThat(reason.kind()).isEqualTo(StopReason.Kind.FAILED);
        assertThat(reason.cause()).hasValueSatisfying(cause -> assertThat(cause).isInstanceOf(StorageException.class));
        assertThatExceptionOfType(StorageFailureException.class)
                .isThrownBy(() -> carts.get("alice"))
                .withMessageContaining("deliberate IO");
        assertThatExceptionOfType(StorageFailureException.class)
                .isThrownBy(() -> node.bucket("carts", Codec.utf8(), Codec.utf8()));
        assertThat(catchThrowable(() -> carts.async().get("alice").get()))
                .hasCauseInstanceOf(StorageFailureException.class);
        node.close();
    }

    @Test
    void a_full_disk_refuses_writes_and_the_node_goes_on() {
        carts.put("alice", "book");
        engine.failWith(StorageException.Kind.FULL);
        assertThatExceptionOfType(StorageFullException.class)
                .isThrownBy(() -> carts.put("alice", "pen"))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThat(carts.get("alice")).contains("book");
        engine.failWith(null);
        carts.put("alice", "pen");
        assertThat(carts.fetch("alice").values()).containsExactly("pen");
    }

    @Test
    void a_task_of_a_lane_that_throws_stops_the_node() throws Exception {
        lanes.get().data().get(0).execute(() -> {
            throw new IllegalStateException("deliberate");
        });
        assertThat(stopped().message()).contains("deliberate");
        assertThatExceptionOfType(NodeClosedException.class).isThrownBy(() -> carts.get("alice"));
    }

    @Test
    void every_call_that_is_under_way_at_the_end_ends_too() throws Exception {
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        CountDownLatch busy = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            int caller = i;
            Thread thread = new Thread(() -> {
                busy.countDown();
                ends.add(catchThrowable(() -> {
                    for (int n = 0; ; n++) {
                        carts.put("key-" + caller + "-" + n % 100, "value-" + n);
                    }
                }));
            });
            callers.add(thread);
            thread.start();
        }
        busy.await();
        List<CompletableFuture<CausalContext>> futures = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            futures.add(carts.async().put("async-" + i, "value"));
            if (i == 1_000) {
                new Thread(() -> node.close(Duration.ZERO)).start();
            }
        }
        stopped();
        for (Thread caller : callers) {
            caller.join(30_000);
            assertThat(caller.isAlive()).isFalse();
        }
        assertThat(ends).hasSize(8).allSatisfy(end -> assertThat(end).isInstanceOf(NodeClosedException.class));
        for (CompletableFuture<CausalContext> future : futures) {
            try {
                future.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(WhorlException.class);
            }
        }
    }

    @Test
    void closing_waits_for_what_is_under_way() throws Exception {
        List<CompletableFuture<CausalContext>> futures = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            futures.add(carts.async().put("key-" + i, "value"));
        }
        node.close();
        for (CompletableFuture<CausalContext> future : futures) {
            assertThat(future.get(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void a_crash_lets_no_caller_learn_of_a_success_any_more() throws Exception {
        List<CompletableFuture<CausalContext>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(carts.async().put("key-" + i, "value"));
        }
        node.crash(() -> futures.add(carts.async().put("after", "the crash began")));
        assertThat(catchThrowable(() -> futures.get(500).get(30, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(NodeClosedException.class);
        for (CompletableFuture<CausalContext> future : futures) {
            assertThat(future.handle((context, thrown) -> true).get(30, TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(stopped().kind()).isEqualTo(StopReason.Kind.FAILED);
    }
}
