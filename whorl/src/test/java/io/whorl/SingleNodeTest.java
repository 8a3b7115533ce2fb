package io.whorl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.whorl.api.Bucket;
import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.CausalContext;
import io.whorl.api.Codec;
import io.whorl.api.CodecException;
import io.whorl.api.Conflicts;
import io.whorl.api.KeyTooLargeException;
import io.whorl.api.Outcome;
import io.whorl.api.UnresolvedSiblingsException;
import io.whorl.api.ValueTooLargeException;
import io.whorl.api.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node in memory, without a socket: everything about the public face that needs no second node. */
class SingleNodeTest {
    private Whorl node;
    private Bucket<String, String> carts;

    @BeforeEach
    void start() {
        node = Whorl.builder().clusterName("shop").start();
        carts = node.bucket("carts", Codec.utf8(), Codec.utf8());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void gives_back_what_was_put_and_nothing_once_it_is_deleted() {
        assertThat(carts.get("alice")).isEmpty();
        carts.put("alice", "book");
        assertThat(carts.get("alice")).contains("book");
        carts.put("alice", "");
        assertThat(carts.get("alice")).contains("");
        carts.delete("alice");
        assertThat(carts.get("alice")).isEmpty();
        assertThat(carts.fetch("alice").isAbsent()).isTrue();
    }

    @Test
    void an_older_context_makes_a_sibling_and_one_that_has_seen_all_replaces_all() {
        CausalContext first = carts.put("alice", "book");
        carts.put("alice", "pen", first);
        carts.put("alice", "cup", first);
        Versioned<String> seen = carts.fetch("alice");
        assertThat(seen.values()).containsExactly("cup", "pen");
        assertThat(seen.hasSiblings()).isTrue();
        assertThat(carts.get("alice")).contains("cup");
        assertThat(carts.resolvedBy(siblings -> String.join("+", siblings)).get("alice"))
                .contains("cup+pen");
        carts.put("alice", "all", seen.context());
        assertThat(carts.fetch("alice").values()).containsExactly("all");
    }

    @Test
    void contexts_survive_bytes_and_text() {
        CausalContext context = carts.put("alice", "book");
        carts.put("alice", "pen", CausalContext.fromBytes(context.toBytes()));
        assertThat(carts.fetch("alice").values()).containsExactly("pen");
        CausalContext again = CausalContext.parse(carts.fetch("alice").context().toToken());
        carts.delete("alice", again);
        assertThat(carts.get("alice")).isEmpty();
    }

    @Test
    void refuses_a_context_of_another_key_bucket_or_cluster_and_says_which() {
        CausalContext ofAlice = carts.put("alice", "book");
        Bucket<String, String> others = node.bucket("others", Codec.utf8(), Codec.utf8());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> carts.put("bob", "x", ofAlice))
                .withMessageContaining("another key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> carts.delete("bob", ofAlice))
                .withMessageContaining("another key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> others.put("alice", "x", ofAlice))
                .withMessageContaining("another bucket");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> others.async().put("alice", "x", ofAlice))
                .withMessageContaining("another bucket");
        try (Whorl stranger = Whorl.builder().clusterName("shop").start()) {
            Bucket<String, String> elsewhere = stranger.bucket("carts", Codec.utf8(), Codec.utf8());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> elsewhere.put("alice", "x", ofAlice))
                    .withMessageContaining("another cluster");
        }
        assertThat(carts.fetch("alice").values()).containsExactly("book");
    }

    @Test
    void update_applies_a_function_to_what_is_there() {
        assertThat(carts.update("alice", old -> old.orElse("") + "book")).isEqualTo("book");
        assertThat(carts.update("alice", old -> old.orElse("") + ",pen")).isEqualTo("book,pen");
        assertThat(carts.fetch("alice").values()).containsExactly("book,pen");
    }

    @Test
    void update_with_siblings_needs_a_resolver() throws Exception {
        CausalContext first = carts.put("alice", "book");
        carts.put("alice", "pen", first);
        carts.put("alice", "cup", first);
        assertThatExceptionOfType(UnresolvedSiblingsException.class)
                .isThrownBy(() -> carts.update("alice", old -> "x"))
                .satisfies(e -> assertThat(e.siblings()).isEqualTo(2))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThat(catchThrowable(
                        () -> carts.async().update("alice", old -> "x").get()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnresolvedSiblingsException.class);
        Bucket<String, String> merging = carts.resolvedBy(siblings -> String.join("+", siblings));
        assertThat(merging.update("alice", old -> old.orElse("") + "!")).isEqualTo("cup+pen!");
        assertThat(merging.async().update("alice", old -> old.orElse("") + "?").get())
                .isEqualTo("cup+pen!?");
        assertThat(carts.fetch("alice").values()).containsExactly("cup+pen!?");
    }

    @Test
    void update_lets_the_functions_own_exception_through_and_writes_nothing() {
        carts.put("alice", "book");
        IllegalStateException own = new IllegalStateException("own");
        assertThat(catchThrowable(() -> carts.update("alice", old -> {
                    throw own;
                })))
                .isSameAs(own);
        assertThat(catchThrowable(() -> carts.async()
                        .update("alice", old -> {
                            throw own;
                        })
                        .join()))
                .isInstanceOf(CompletionException.class)
                .hasCause(own);
        assertThatNullPointerException()
                .isThrownBy(() -> carts.update("alice", old -> null))
                .withMessageContaining("delete");
        assertThat(carts.fetch("alice").values()).containsExactly("book");
    }

    @Test
    void a_last_write_wins_bucket_shows_one_value() {
        node.createBucket(
                "flags",
                BucketOptions.builder().conflicts(Conflicts.LAST_WRITE_WINS).build());
        Bucket<String, String> flags = node.bucket("flags", Codec.utf8(), Codec.utf8());
        CausalContext first = flags.put("beta", "off");
        flags.put("beta", "on", first);
        flags.put("beta", "half", first);
        assertThat(flags.fetch("beta").values()).containsExactly("half");
        assertThat(flags.update("beta", old -> old.orElse("") + "!")).isEqualTo("half!");
    }

    @Test
    void creating_a_bucket_twice_is_fine_and_with_other_options_a_mismatch() {
        BucketOptions options = BucketOptions.builder().replicas(2).build();
        node.createBucket("twice", options);
        node.createBucket("twice", options);
        assertThatExceptionOfType(BucketMismatchException.class)
                .isThrownBy(() -> node.createBucket("twice", BucketOptions.defaults()))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThat(node.bucket("twice", Codec.utf8(), Codec.utf8()).options()).isEqualTo(options);
        assertThatIllegalArgumentException().isThrownBy(() -> node.bucket("no spaces", Codec.utf8(), Codec.utf8()));
        assertThatIllegalArgumentException().isThrownBy(() -> node.createBucket("", options));
    }

    @Test
    void refuses_keys_and_values_out_of_their_limits_at_the_door() throws Exception {
        Bucket<byte[], byte[]> raw = node.bucket("raw", Codec.bytes(), Codec.bytes());
        byte[] key = {1};
        raw.put(new byte[64 << 10], key);
        assertThat(raw.get(new byte[64 << 10])).isPresent();
        raw.put(key, new byte[1 << 20]);
        assertThat(raw.get(key).orElseThrow()).hasSize(1 << 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> raw.get(new byte[0]))
                .withMessageContaining("1 to 65536");
        assertThatExceptionOfType(KeyTooLargeException.class)
                .isThrownBy(() -> raw.get(new byte[(64 << 10) + 1]))
                .satisfies(e -> assertThat(List.of(e.size(), e.limit())).containsExactly(65_537L, 65_536L));
        assertThatExceptionOfType(ValueTooLargeException.class)
                .isThrownBy(() -> raw.put(key, new byte[(1 << 20) + 1]))
                .satisfies(e -> assertThat(e.limit()).isEqualTo(1 << 20))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        CompletableFuture<CausalContext> refused = raw.async().put(key, new byte[(1 << 20) + 1]);
        assertThat(catchThrowable(refused::get)).hasCauseInstanceOf(ValueTooLargeException.class);
        assertThatNullPointerException().isThrownBy(() -> raw.put(key, null));
        assertThatNullPointerException().isThrownBy(() -> raw.async().get(null));
        assertThatNullPointerException().isThrownBy(() -> raw.put(key, key, null));
    }

    @Test
    void a_codec_that_fails_is_a_codec_exception() {
        carts.put("alice", "not eight bytes");
        Bucket<String, Long> misread = node.bucket("carts", Codec.utf8(), Codec.int64());
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> misread.get("alice"))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThatExceptionOfType(CodecException.class).isThrownBy(() -> carts.put("alice", "\ud800"));
        assertThat(catchThrowable(() -> misread.async().get("alice").get())).hasCauseInstanceOf(CodecException.class);
    }

    @Test
    void futures_complete_on_the_callback_executor_where_waiting_is_permitted() throws Exception {
        carts.put("alice", "book");
        List<String> threads = new ArrayList<>();
        CompletableFuture<Optional<String>> waited = new CompletableFuture<>();
        carts.async()
                .update("alice", old -> {
                    threads.add(Thread.currentThread().getName());
                    waited.complete(carts.get("alice"));
                    return "pen";
                })
                .get();
        assertThat(waited.get(10, TimeUnit.SECONDS)).contains("book");
        assertThat(threads).allSatisfy(name -> assertThat(name).startsWith("whorl-shop-local-callback-"));
    }

    @Test
    void a_blocking_call_on_a_lane_is_refused() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Whorl> started = new AtomicReference<>();
        Executor onTheLane = task -> {
            if (started.get() != null) {
                thrown.set(catchThrowable(started.get()::close));
            }
            task.run();
        };
        try (Whorl direct = Whorl.builder().callbackExecutor(onTheLane).start()) {
            started.set(direct);
            // A write ends on its lane, where this executor runs what it is given.
            direct.bucket("carts", Codec.utf8(), Codec.utf8())
                    .async()
                    .put("alice", "book")
                    .get(10, TimeUnit.SECONDS);
            started.set(null);
        }
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }
}
