package io.whorl.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Holder;
import io.whorl.api.NodeClosedException;
import io.whorl.api.Outcome;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.Quorums;
import io.whorl.api.ReadOptions;
import io.whorl.api.RequestTimedOutException;
import io.whorl.api.UnresolvedSiblingsException;
import io.whorl.api.ValueTooLargeException;
import io.whorl.api.Versioned;
import io.whorl.api.WhorlException;
import io.whorl.api.WriteOptions;
import io.whorl.testkit.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows the description of the product, on five nodes where it speaks of a cluster. */
class ContractTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(5);

    @TempDir
    private Path directory;

    private static Bucket<String, String> carts(int node) {
        return cluster.node(node).bucket("carts", Codec.utf8(), Codec.utf8());
    }

    private static String merge(List<String> siblings) {
        return String.join(",", siblings.stream().sorted().toList());
    }

    @Test
    void the_first_program_of_the_description_runs() throws Exception {
        try (Whorl node = Whorl.builder()
                .clusterName("shop")
                .listen("127.0.0.1", 0)
                .dataDirectory(directory.resolve("n1"))
                .start()) {
            Bucket<String, String> carts = node.bucket("carts", Codec.utf8(), Codec.utf8());

            CausalContext after = carts.put("alice", "book");
            Optional<String> cart = carts.get("alice");
            assertThat(cart).contains("book");
            assertThat(after).isNotNull();

            Versioned<String> seen = carts.fetch("alice");
            carts.put("alice", merge(seen.values()), seen.context());
            carts.delete("alice", seen.context());
            assertThat(carts.get("alice"))
                    .as("the put came after what was seen, so the delete leaves it")
                    .contains("book");

            Bucket<String, String> merging = carts.resolvedBy(siblings -> merge(siblings));
            String now = merging.update("alice", old -> old.orElse("") + ",pen");
            assertThat(now).isEqualTo("book,pen");

            CompletableFuture<Optional<String>> later = carts.async().get("bob");
            assertThat(later.get(10, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void bucket_options_are_agreed_by_the_cluster_and_the_same_everywhere() {
        BucketOptions options = BucketOptions.builder()
                .replicas(3)
                .conflicts(Conflicts.LAST_WRITE_WINS)
                .durability(Durability.FSYNC)
                .build();
        cluster.node(1).createBucket("sessions", options);
        cluster.node(3).createBucket("sessions", options);
        Bucket<String, byte[]> sessions = cluster.node(4).bucket("sessions", Codec.utf8(), Codec.bytes());
        assertThat(sessions.options()).isEqualTo(options);
        sessions.put("k", new byte[] {1, 2});
        assertThat(sessions.with(ReadOptions.quorum(1)).get("k")).isPresent();
        assertThatExceptionOfType(BucketMismatchException.class)
                .isThrownBy(() -> cluster.node(2).createBucket("sessions", BucketOptions.defaults()))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }

    @Test
    void the_defaults_are_three_copies_majorities_and_siblings() {
        assertThat(carts(0).options())
                .isEqualTo(new BucketOptions(3, 2, 2, Conflicts.SIBLINGS, Durability.ASYNC, Quorums.SLOPPY));
        assertThat(carts(0).holders("alice")).hasSize(3).allMatch(Holder::reachable);
        assertThat(carts(1).holders("alice"))
                .extracting(Holder::nodeId)
                .isEqualTo(
                        carts(0).holders("alice").stream().map(Holder::nodeId).toList());
    }

    @Test
    void a_put_supersedes_what_its_coordinator_held_and_an_older_context_makes_a_sibling() {
        CausalContext book = carts(0).put("alice", "book");
        cluster.awaitConvergence();
        carts(1).put("alice", "pen");
        cluster.awaitConvergence();
        assertThat(carts(2).fetch("alice").values()).containsExactly("pen");
        carts(3).put("alice", "cup", book);
        cluster.awaitConvergence();
        Versioned<String> both = carts(4).fetch("alice");
        assertThat(both.values()).as("newest first").containsExactly("cup", "pen");
        assertThat(carts(2).get("alice"))
                .as("the default resolver takes the latest")
                .contains("cup");
        carts(0).put("alice", "all", both.context());
        cluster.awaitConvergence();
        assertThat(carts(1).fetch("alice").values()).containsExactly("all");
    }

    @Test
    void siblings_stay_until_a_write_that_has_seen_them() {
        CausalContext none = carts(0).fetch("alice").context();
        carts(0).put("alice", "book", none);
        carts(0).put("alice", "pen", none);
        assertThat(carts(1).resolvedBy(ContractTest::merge).get("alice")).contains("book,pen");
        assertThat(carts(1).fetch("alice").values()).hasSize(2);
        UnresolvedSiblingsException refused =
                catchThrowableOfType(UnresolvedSiblingsException.class, () -> carts(2).update("alice", old -> "lost"));
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(carts(2).resolvedBy(ContractTest::merge).update("alice", old -> old.orElse("") + ",cup"))
                .isEqualTo("book,pen,cup");
        assertThat(carts(3).fetch("alice").values()).containsExactly("book,pen,cup");
    }

    @Test
    void a_context_survives_bytes_and_text_and_works_on_any_node() {
        CausalContext context = carts(0).put("alice", "book");
        CausalContext bytes = CausalContext.fromBytes(context.toBytes());
        CausalContext text = CausalContext.parse(context.toToken());
        assertThat(List.of(bytes, text)).containsOnly(context);
        assertThat(context.toToken()).matches("[A-Za-z0-9_-]+");
        carts(3).put("alice", "pen", text);
        assertThat(carts(1).fetch("alice").values()).containsExactly("pen");
    }

    @Test
    void a_corrupt_context_or_one_of_another_key_bucket_or_cluster_is_refused() {
        CausalContext context = carts(0).put("alice", "book");
        byte[] bytes = context.toBytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= 1;
            assertThat(catchThrowable(() -> CausalContext.fromBytes(flipped)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> CausalContext.parse("not a token!"));
        assertThatIllegalArgumentException().isThrownBy(() -> carts(0).put("bob", "x", context));
        Bucket<String, String> other = cluster.node(0).bucket("other", Codec.utf8(), Codec.utf8());
        assertThatIllegalArgumentException().isThrownBy(() -> other.put("alice", "x", context));
        try (TestCluster second = TestCluster.start(1)) {
            Bucket<String, String> elsewhere = second.node(0).bucket("carts", Codec.utf8(), Codec.utf8());
            assertThatIllegalArgumentException().isThrownBy(() -> elsewhere.put("alice", "x", context));
        }
        assertThat(carts(1).fetch("alice").values()).containsExactly("book");
    }

    @Test
    void an_absent_key_carries_a_context_too() {
        carts(0).put("alice", "book");
        carts(0).delete("alice");
        Versioned<String> absent = carts(1).fetch("alice");
        assertThat(absent.isAbsent()).isTrue();
        assertThat(absent.hasSiblings()).isFalse();
        carts(2).put("alice", "pen", absent.context());
        assertThat(carts(3).fetch("alice").values()).containsExactly("pen");
    }

    @Test
    void a_delete_removes_what_it_has_seen_and_nothing_else() {
        CausalContext book = carts(0).put("alice", "book");
        carts(1).put("alice", "pen", carts(1).fetch("alice").context());
        carts(2).delete("alice", book);
        cluster.awaitConvergence();
        assertThat(carts(3).fetch("alice").values()).containsExactly("pen");
        carts(4).delete("alice", carts(4).fetch("alice").context());
        cluster.awaitConvergence();
        assertThat(carts(0).fetch("alice").isAbsent()).isTrue();
    }

    @Test
    void a_deleted_key_does_not_come_back_with_a_node_that_was_away() {
        for (int i = 0; i < 30; i++) {
            carts(0).put("key-" + i, "value");
        }
        cluster.awaitConvergence();
        cluster.crash(2);
        for (int i = 0; i < 30; i++) {
            carts(0).delete("key-" + i);
        }
        cluster.restart(2);
        cluster.awaitConvergence();
        for (int node = 0; node < 5; node++) {
            for (int i = 0; i < 30; i++) {
                assertThat(carts(node).get("key-" + i)).isEmpty();
            }
        }
    }

    @Test
    void too_few_reachable_replicas_are_refused_before_anything_is_sent() {
        carts(0).put("alice", "book");
        String id = cluster.node(0).nodeId();
        for (int i = 0; i < 5; i++) {
            carts(i);
        }
        cluster.isolate(0);
        // With one of five nodes, no key has two of its three replicas in reach; its own replica may still be read
        // alone.
        QuorumUnavailableException refused =
                catchThrowableOfType(QuorumUnavailableException.class, () -> carts(0).put("alice", "pen"));
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.required()).isEqualTo(2);
        assertThat(refused.reachable()).isLessThan(2);
        assertThat(catchThrowable(() -> carts(0).get("alice"))).isInstanceOf(QuorumUnavailableException.class);
        boolean holds = carts(0).holders("alice").stream()
                .anyMatch(holder -> holder.nodeId().equals(id));
        if (holds) {
            assertThat(carts(0).with(ReadOptions.quorum(1)).get("alice")).isPresent();
        }
        cluster.heal();
        cluster.awaitConvergence();
        assertThat(carts(0).fetch("alice").values()).as("nothing was applied").containsExactly("book");
    }

    @Test
    void a_write_whose_acknowledgement_is_late_times_out_with_an_unknown_outcome() {
        for (int i = 0; i < 5; i++) {
            carts(i);
        }
        for (int i = 1; i < 5; i++) {
            cluster.slow(0, i, Duration.ofMillis(400));
        }
        Bucket<String, String> hasty = carts(0).with(WriteOptions.quorum(3).timeout(Duration.ofMillis(100)));
        RequestTimedOutException late =
                catchThrowableOfType(RequestTimedOutException.class, () -> hasty.put("alice", "book"));
        assertThat(late.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(late.required()).isEqualTo(3);
        assertThat(late.acknowledged()).isLessThan(3);
        assertThat(catchThrowable(() -> hasty.async().put("bob", "pen").get()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RequestTimedOutException.class);
        cluster.heal();
        cluster.awaitConvergence();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_update_is_repeated_while_it_is_known_not_to_have_been_applied(boolean async) throws Exception {
        carts(0).put("counter", "0");
        cluster.awaitConvergence();
        Bucket<String, String> counting = carts(0).with(WriteOptions.quorum(2).timeout(Duration.ofSeconds(20)));
        // A thread each: on two processors the common pool has one, in which the healing would wait for the update.
        Executor threads = task -> new Thread(task).start();
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<CompletableFuture<Void>> healing = new AtomicReference<>();
        Function<Optional<String>, String> increment = old -> {
            if (calls.incrementAndGet() == 1) {
                // Between the fetch and the put the node loses everyone: the put cannot be sent.
                cluster.isolate(0);
                healing.set(CompletableFuture.runAsync(
                        cluster::heal, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, threads)));
            }
            return Integer.toString(Integer.parseInt(old.orElseThrow()) + 1);
        };
        CompletableFuture<String> update = async
                ? counting.async().update("counter", increment)
                : CompletableFuture.supplyAsync(() -> counting.update("counter", increment), threads);
        assertThat(update.get(60, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(calls.get()).isGreaterThan(1);
        healing.get().get(60, TimeUnit.SECONDS);
        cluster.awaitConvergence();
        assertThat(carts(1).fetch("counter").values()).containsExactly("1");
    }

    @Test
    void limits_are_kept_at_the_door() {
        Bucket<byte[], byte[]> raw = cluster.node(0).bucket("raw", Codec.bytes(), Codec.bytes());
        byte[] key = {7};
        raw.put(key, new byte[1 << 20]);
        assertThat(cluster.node(3)
                        .bucket("raw", Codec.bytes(), Codec.bytes())
                        .get(key)
                        .orElseThrow())
                .hasSize(1 << 20);
        ValueTooLargeException refused =
                catchThrowableOfType(ValueTooLargeException.class, () -> raw.put(key, new byte[(1 << 20) + 1]));
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        CausalContext none = raw.fetch(new byte[] {8}).context();
        List<WhorlException> failures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try {
                raw.put(new byte[] {8}, new byte[1 << 20], none);
            } catch (WhorlException e) {
                failures.add(e);
            }
        }
        assertThat(failures)
                .as("siblings that together pass 16 MiB")
                .isNotEmpty()
                .allSatisfy(e -> assertThat(e).isInstanceOf(ValueTooLargeException.class));
        assertThat(raw.fetch(new byte[] {8}).values()).hasSizeBetween(15, 16);
    }

    @Test
    void a_write_is_later_than_every_one_its_node_has_returned() {
        CausalContext none = carts(0).fetch("alice").context();
        for (int i = 0; i < 40; i++) {
            carts(i % 5).put("alice", "value-" + i, none);
            assertThat(carts((i + 1) % 5).get("alice")).contains("value-" + i);
        }
    }

    @Test
    void requests_under_way_when_the_node_crashes_end_with_a_truthful_outcome() throws Exception {
        List<CompletableFuture<CausalContext>> puts = new ArrayList<>();
        Bucket<String, String> doomed = carts(0);
        for (int i = 0; i < 500; i++) {
            puts.add(doomed.async().put("key-" + i, "value-" + i));
        }
        cluster.crash(0);
        List<Integer> acknowledged = new ArrayList<>();
        for (int i = 0; i < puts.size(); i++) {
            try {
                puts.get(i).get(30, TimeUnit.SECONDS);
                acknowledged.add(i);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(WhorlException.class);
            }
        }
        assertThatExceptionOfType(NodeClosedException.class).isThrownBy(() -> doomed.get("key-0"));
        cluster.restart(0);
        cluster.awaitConvergence();
        for (int i : acknowledged) {
            assertThat(carts(1).get("key-" + i)).contains("value-" + i);
        }
    }

    @Test
    void both_sides_of_a_split_keep_what_they_acknowledged() {
        for (int i = 0; i < 5; i++) {
            carts(i);
        }
        cluster.split(Set.of(0, 1), Set.of(2, 3, 4));
        List<String> acknowledged = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 50; i++) {
            for (int side : new int[] {1, 3}) {
                try {
                    carts(side).put("key-" + i, "of-" + side);
                    acknowledged.add("key-" + i + "/of-" + side);
                } catch (WhorlException e) {
                    refused++;
                }
            }
        }
        assertThat(acknowledged.size())
                .as("acknowledged, with %d refused", refused)
                .isGreaterThan(30);
        cluster.heal();
        cluster.awaitConvergence();
        for (String one : acknowledged) {
            String[] parts = one.split("/");
            assertThat(carts(0).fetch(parts[0]).values()).contains(parts[1]);
        }
    }
}
