package io.whorl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.ReadOptions;
import io.whorl.api.StartFailedException;
import io.whorl.api.WriteOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nodes start over TCP and on RocksDB, and what they say when they cannot. */
class StartTest {
    @TempDir
    private Path directory;

    private final List<Whorl> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(node -> node.close(Duration.ZERO));
        await().untilAsserted(() -> assertThat(whorlThreads()).isEmpty());
    }

    private Whorl opened(Whorl node) {
        opened.add(node);
        return node;
    }

    private static List<String> whorlThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("whorl-shop"))
                .toList();
    }

    private static WhorlBuilder listening() {
        return Whorl.builder().clusterName("shop").listen("127.0.0.1", 0);
    }

    private static StartFailedException failureOf(WhorlBuilder builder) {
        StartFailedException failure = catchThrowableOfType(StartFailedException.class, builder::start);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void three_nodes_find_each_other_through_contact_points() throws Exception {
        Whorl first = opened(listening().foundingNodes(3).startAsync());
        assertThat(first.address()).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
        assertThat(first.members()).isEmpty();
        Whorl second = opened(
                listening().contactPoints(first.address()).foundingNodes(3).startAsync());
        Whorl third = opened(
                listening().contactPoints(first.address()).foundingNodes(3).start());
        assertThat(third.members()).hasSize(3).allMatch(ClusterMember::reachable);
        second.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
        first.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
        first.bucket("carts", Codec.utf8(), Codec.utf8()).put("alice", "book");
        assertThat(third.bucket("carts", Codec.utf8(), Codec.utf8()).get("alice"))
                .contains("book");
    }

    @Test
    void a_value_of_the_largest_size_goes_through_three_nodes() {
        WhorlBuilder builder = listening().foundingNodes(3).maxValueSize(8 << 20);
        Whorl first = opened(builder.startAsync());
        builder.contactPoints(first.address());
        opened(builder.startAsync());
        Whorl third = opened(builder.start());
        byte[] value = new byte[8 << 20];
        new SplittableRandom(3).nextBytes(value);
        third.bucket("films", Codec.utf8(), Codec.bytes())
                .with(WriteOptions.quorum(3))
                .put("one", value);
        assertThat(first.bucket("films", Codec.utf8(), Codec.bytes())
                        .with(ReadOptions.quorum(3))
                        .get("one"))
                .contains(value);
    }

    @Test
    void a_node_on_rocksdb_keeps_its_identity_and_data() {
        WhorlBuilder builder = listening().dataDirectory(directory);
        String id;
        try (Whorl node = builder.start()) {
            id = node.nodeId();
            node.bucket("carts", Codec.utf8(), Codec.utf8()).put("alice", "book");
        }
        Whorl again = opened(builder.start());
        assertThat(again.nodeId()).isEqualTo(id);
        assertThat(again.bucket("carts", Codec.utf8(), Codec.utf8()).get("alice"))
                .contains("book");
    }

    @Test
    void an_address_in_use_is_named() throws IOException {
        try (ServerSocket occupant = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = occupant.getLocalPort();
            assertThat(failureOf(Whorl.builder().clusterName("shop").listen("127.0.0.1", port)))
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void a_directory_in_use_is_named() {
        opened(Whorl.builder().clusterName("shop").dataDirectory(directory).start());
        assertThat(failureOf(Whorl.builder().clusterName("shop").dataDirectory(directory)))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("in use");
    }

    @Test
    void a_directory_of_a_newer_format_is_refused() throws IOException {
        Whorl.builder().clusterName("shop").dataDirectory(directory).start().close();
        Files.writeString(directory.resolve("FORMAT"), "whorl-storage-format 99\n");
        assertThat(failureOf(Whorl.builder().clusterName("shop").dataDirectory(directory)))
                .hasMessageContaining("format 99");
    }

    @Test
    void a_directory_that_is_not_ours_is_refused() throws IOException {
        Files.writeString(directory.resolve("precious.txt"), "not Whorl's");
        assertThat(failureOf(Whorl.builder().clusterName("shop").dataDirectory(directory)))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("precious.txt");
        assertThat(directory.resolve("precious.txt")).hasContent("not Whorl's");
    }

    @Test
    void a_directory_of_a_cluster_of_another_name_is_refused() {
        Whorl.builder().clusterName("other").dataDirectory(directory).start().close();
        assertThat(failureOf(Whorl.builder().clusterName("shop").dataDirectory(directory)))
                .hasMessageContaining("'other'")
                .hasMessageContaining("'shop'");
        // It was left as it was.
        Whorl.builder().clusterName("other").dataDirectory(directory).start().close();
    }

    @Test
    void a_cluster_that_cannot_be_founded_in_time_says_what_was_missing() {
        Whorl first = opened(listening().foundingNodes(3).startAsync());
        StartFailedException failure = failureOf(listening()
                .contactPoints(first.address(), "127.0.0.1:1")
                .foundingNodes(3)
                .startTimeout(Duration.ofMillis(400)));
        assertThat(failure)
                .hasMessageContaining("foundingNodes")
                .hasMessageContaining(first.address())
                .hasMessageContaining("PT0.4S");
    }

    @Test
    void a_node_that_is_not_ready_opens_no_bucket() {
        Whorl first = opened(listening()
                .foundingNodes(3)
                .requestTimeout(Duration.ofMillis(100))
                .startAsync());
        assertThatExceptionOfType(QuorumUnavailableException.class)
                .isThrownBy(() -> first.bucket("carts", Codec.utf8(), Codec.utf8()))
                .withMessageContaining("ready()");
    }

    @Test
    void nodes_of_another_cluster_name_are_not_admitted() {
        Whorl first = opened(listening().foundingNodes(2).startAsync());
        assertThat(failureOf(Whorl.builder()
                        .clusterName("stall")
                        .listen("127.0.0.1", 0)
                        .contactPoints(first.address())
                        .foundingNodes(2)
                        .startTimeout(Duration.ofMillis(400))))
                .hasMessageContaining("'stall'");
        assertThat(first.members()).isEmpty();
    }

    @Test
    void closing_a_node_that_still_waits_ends_the_waiting() {
        Whorl first = opened(listening().foundingNodes(3).startAsync());
        CompletableFuture<Whorl> ready = first.ready().toCompletableFuture();
        first.close();
        assertThat(ready).failsWithin(Duration.ofSeconds(30)).withThrowableOfType(ExecutionException.class);
        assertThat(first.stopped().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void a_restarted_node_waits_for_its_peers_but_not_for_dead_ones() {
        Path data = directory.resolve("second");
        Whorl first = opened(listening().foundingNodes(2).startAsync());
        int port;
        WhorlBuilder builder =
                listening().contactPoints(first.address()).foundingNodes(2).dataDirectory(data);
        try (Whorl second = builder.start()) {
            port = Integer.parseInt(second.address().split(":")[1]);
            second.bucket("carts", Codec.utf8(), Codec.utf8()).put("alice", "book");
        }
        builder.listen("127.0.0.1", port);
        try (Whorl second = builder.start()) {
            Bucket<String, String> carts = second.bucket("carts", Codec.utf8(), Codec.utf8());
            assertThat(carts.get("alice")).contains("book");
        }
        first.close();
        try (Whorl second = builder.start()) {
            assertThat(second.members()).hasSize(2);
        }
    }

    @Test
    void threads_come_from_the_given_factory_named_and_daemons() {
        AtomicInteger made = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        Whorl node = opened(listening()
                .threadFactory(task -> {
                    Thread thread = new Thread(task);
                    synchronized (threads) {
                        threads.add(thread);
                    }
                    made.incrementAndGet();
                    return thread;
                })
                .start());
        node.bucket("carts", Codec.utf8(), Codec.utf8())
                .async()
                .put("alice", "book")
                .join();
        node.close();
        assertThat(made).hasPositiveValue();
        synchronized (threads) {
            assertThat(threads).allSatisfy(thread -> {
                assertThat(thread.getName()).startsWith("whorl-shop-");
                assertThat(thread.isDaemon()).isTrue();
            });
            await().untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
        }
    }
}
