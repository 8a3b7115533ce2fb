package io.whorl.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Cursor;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StorageEngine} does, seen from one thread; {@link StorageEngineConcurrencyContract} has the rest. An
 * engine is tested by a subclass of each that says how one is opened.
 */
public abstract class StorageEngineContract {
    private static final byte[] START = {};

    /** The engine under test, freshly opened and empty; closed after the test. */
    protected StorageEngine engine;

    /** Opens an engine without entries. */
    protected abstract StorageEngine open() throws Exception;

    @BeforeEach
    void open_an_engine() throws Exception {
        engine = open();
    }

    @AfterEach
    void close_the_engine() {
        engine.close();
    }

    @Test
    void absent_keys_have_no_value() {
        assertThat(engine.get(Space.RECORDS, bytes("a"))).isNull();
        assertThat(engine.multiGet(Space.META, List.of(bytes("a"), bytes("b")))).containsExactly(null, null);
        assertThat(engine.multiGet(Space.META, List.of())).isEmpty();
        assertThat(entries(Space.DOTS, START, null)).isEmpty();
    }

    @Test
    void values_are_read_back_by_get_multi_get_and_scan() {
        engine.apply(
                new WriteBatch().put(Space.RECORDS, bytes("a"), bytes("1")).put(Space.RECORDS, bytes("b"), bytes("2")));

        assertThat(engine.get(Space.RECORDS, bytes("a"))).isEqualTo(bytes("1"));
        List<byte[]> many = engine.multiGet(Space.RECORDS, List.of(bytes("b"), bytes("x"), bytes("a"), bytes("b")));
        assertThat(texts(many)).containsExactly("2", null, "1", "2");
        assertThat(entries(Space.RECORDS, START, null)).containsExactly("a=1", "b=2");
    }

    @Test
    void the_bytes_of_a_range_are_told_within_a_factor_of_two() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] value = new byte[1_000];
            random.nextBytes(value);
            String range = i % 4 == 0 ? "a" : "b";
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(range + i), value));
        }

        assertThat(engine.approximateBytes(Space.RECORDS, bytes("a"), bytes("b")))
                .isBetween(250_000L, 1_000_000L);
        assertThat(engine.approximateBytes(Space.RECORDS, bytes("b"), bytes("c")))
                .isBetween(750_000L, 3_000_000L);
        assertThat(engine.approximateBytes(Space.RECORDS, bytes("c"), bytes("d")))
                .isLessThan(100_000L);
        assertThat(engine.approximateBytes(Space.DOTS, bytes("a"), bytes("c"))).isLessThan(100_000L);
    }

    @Test
    void spaces_do_not_see_each_other() {
        WriteBatch batch = new WriteBatch();
        for (Space space : Space.values()) {
            batch.put(space, bytes("key"), bytes(space.name()));
        }
        engine.apply(batch);
        engine.apply(new WriteBatch().delete(Space.HINTS, bytes("key")));

        assertThat(engine.get(Space.RECORDS, bytes("key"))).isEqualTo(bytes("RECORDS"));
        assertThat(entries(Space.DOTS, START, null)).containsExactly("key=DOTS");
        assertThat(engine.get(Space.HINTS, bytes("key"))).isNull();
        assertThat(entries(Space.META, START, null)).containsExactly("key=META");
    }

    @Test
    void a_put_replaces_and_a_delete_removes() {
        engine.apply(new WriteBatch().put(Space.META, bytes("a"), bytes("1")));
        engine.apply(new WriteBatch().put(Space.META, bytes("a"), bytes("2")));
        assertThat(engine.get(Space.META, bytes("a"))).isEqualTo(bytes("2"));

        engine.apply(new WriteBatch().delete(Space.META, bytes("a")).delete(Space.META, bytes("never there")));
        assertThat(engine.get(Space.META, bytes("a"))).isNull();
    }

    @Test
    void the_changes_of_a_batch_take_effect_in_their_order() {
        engine.apply(new WriteBatch()
                .put(Space.META, bytes("a"), bytes("1"))
                .put(Space.META, bytes("a"), bytes("2"))
                .put(Space.META, bytes("b"), bytes("1"))
                .delete(Space.META, bytes("b"))
                .delete(Space.META, bytes("c"))
                .put(Space.META, bytes("c"), bytes("3"))
                .put(Space.META, bytes("d1"), bytes("4"))
                .deleteRange(Space.META, bytes("d"), bytes("e"))
                .put(Space.META, bytes("d2"), bytes("5")));

        assertThat(entries(Space.META, START, null)).containsExactly("a=2", "c=3", "d2=5");
    }

    @Test
    void an_empty_batch_changes_nothing() {
        engine.apply(new WriteBatch().put(Space.META, bytes("a"), bytes("1")));
        engine.apply(new WriteBatch());
        assertThat(entries(Space.META, START, null)).containsExactly("a=1");
    }

    @Test
    void empty_keys_and_empty_values_are_keys_and_values() {
        engine.apply(new WriteBatch().put(Space.META, START, bytes("x")).put(Space.META, bytes("a"), START));

        assertThat(engine.get(Space.META, START)).isEqualTo(bytes("x"));
        assertThat(engine.get(Space.META, bytes("a"))).isNotNull().isEmpty();
        assertThat(texts(engine.multiGet(Space.META, List.of(bytes("a"), START))))
                .containsExactly("", "x");
        assertThat(entries(Space.META, START, null)).containsExactly("=x", "a=");
    }

    @Test
    void a_large_value_and_a_large_key_come_back_whole() {
        byte[] key = new byte[70_000];
        byte[] value = new byte[3_000_000];
        new Random(1).nextBytes(key);
        new Random(2).nextBytes(value);
        engine.apply(new WriteBatch().put(Space.RECORDS, key, value.clone()));

        assertThat(engine.get(Space.RECORDS, key)).isEqualTo(value);
        assertThat(engine.multiGet(Space.RECORDS, List.of(key)).get(0)).isEqualTo(value);
    }

    @Test
    void keys_are_ordered_as_unsigned_bytes() {
        List<byte[]> ordered = List.of(
                new byte[] {},
                new byte[] {0},
                new byte[] {0, 0},
                new byte[] {0, (byte) 0xFF},
                new byte[] {0x7F},
                new byte[] {(byte) 0x80},
                new byte[] {(byte) 0xFF},
                new byte[] {(byte) 0xFF, 0});
        for (int i = ordered.size() - 1; i >= 0; i--) {
            engine.apply(new WriteBatch().put(Space.DOTS, ordered.get(i).clone(), new byte[] {(byte) i}));
        }

        List<byte[]> found = new ArrayList<>();
        try (Cursor cursor = engine.scan(Space.DOTS, START, null)) {
            while (cursor.next()) {
                found.add(cursor.key());
            }
        }
        assertThat(found).usingElementComparator(Arrays::compareUnsigned).containsExactlyElementsOf(ordered);
    }

    @Test
    void a_scan_begins_with_its_first_bound_and_ends_before_its_second() {
        engine.apply(letters());

        assertThat(entries(Space.RECORDS, bytes("b"), bytes("d"))).containsExactly("b=b", "c=c");
        assertThat(entries(Space.RECORDS, bytes("bb"), bytes("dd"))).containsExactly("c=c", "d=d");
        assertThat(entries(Space.RECORDS, bytes("d"), null)).containsExactly("d=d", "e=e");
        assertThat(entries(Space.RECORDS, bytes("f"), null)).isEmpty();
        assertThat(entries(Space.RECORDS, START, bytes("b"))).containsExactly("a=a");
    }

    @Test
    void a_scan_from_a_bound_to_itself_or_to_a_lower_one_is_empty() {
        engine.apply(letters());

        assertThat(entries(Space.RECORDS, bytes("b"), bytes("b"))).isEmpty();
        assertThat(entries(Space.RECORDS, bytes("d"), bytes("b"))).isEmpty();
        assertThat(entries(Space.RECORDS, START, START)).isEmpty();
    }

    @Test
    void a_scan_that_has_ended_stays_ended() {
        engine.apply(letters());
        try (Cursor cursor = engine.scan(Space.RECORDS, bytes("e"), null)) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void a_scan_sees_the_instant_at_which_it_was_made() {
        engine.apply(letters());
        try (Cursor cursor = engine.scan(Space.RECORDS, START, null)) {
            engine.apply(new WriteBatch()
                    .put(Space.RECORDS, bytes("aa"), bytes("new"))
                    .put(Space.RECORDS, bytes("b"), bytes("changed"))
                    .delete(Space.RECORDS, bytes("c"))
                    .deleteRange(Space.RECORDS, bytes("d"), bytes("z")));

            assertThat(rest(cursor)).containsExactly("a=a", "b=b", "c=c", "d=d", "e=e");
        }
        assertThat(entries(Space.RECORDS, START, null)).containsExactly("a=a", "aa=new", "b=changed");
    }

    @Test
    void a_range_delete_removes_from_its_first_bound_to_before_its_second() {
        engine.apply(letters());
        engine.apply(new WriteBatch().deleteRange(Space.RECORDS, bytes("b"), bytes("d")));

        assertThat(entries(Space.RECORDS, START, null)).containsExactly("a=a", "d=d", "e=e");
        assertThat(engine.get(Space.RECORDS, bytes("b"))).isNull();
        assertThat(texts(engine.multiGet(Space.RECORDS, List.of(bytes("c"), bytes("d")))))
                .containsExactly(null, "d");
    }

    @Test
    void a_range_delete_of_an_empty_or_inverted_range_removes_nothing() {
        engine.apply(letters());
        engine.apply(new WriteBatch()
                .deleteRange(Space.RECORDS, bytes("c"), bytes("c"))
                .deleteRange(Space.RECORDS, bytes("d"), bytes("a")));

        assertThat(entries(Space.RECORDS, START, null)).hasSize(5);
    }

    @Test
    void keys_can_be_put_again_after_a_range_delete() {
        engine.apply(letters());
        engine.apply(new WriteBatch().deleteRange(Space.RECORDS, bytes("a"), bytes("z")));
        engine.apply(new WriteBatch().put(Space.RECORDS, bytes("c"), bytes("again")));

        assertThat(entries(Space.RECORDS, START, null)).containsExactly("c=again");
    }

    @Test
    void a_cursor_has_an_entry_only_where_next_was_true() {
        engine.apply(letters());
        try (Cursor cursor = engine.scan(Space.RECORDS, bytes("e"), null)) {
            assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(bytes("e"));
            assertThat(cursor.next()).isFalse();
            assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void returned_arrays_belong_to_the_caller() {
        engine.apply(new WriteBatch().put(Space.META, bytes("a"), bytes("1")));

        engine.get(Space.META, bytes("a"))[0] = 'X';
        engine.multiGet(Space.META, List.of(bytes("a"))).get(0)[0] = 'X';
        try (Cursor cursor = engine.scan(Space.META, START, null)) {
            cursor.next();
            cursor.key()[0] = 'X';
            cursor.value()[0] = 'X';
        }

        assertThat(entries(Space.META, START, null)).containsExactly("a=1");
        assertThat(engine.get(Space.META, bytes("a"))).isEqualTo(bytes("1"));
    }

    @Test
    void keys_and_bounds_that_were_handed_in_may_be_reused() {
        engine.apply(letters());
        byte[] key = bytes("a");
        byte[] from = bytes("b");
        byte[] to = bytes("d");

        assertThat(engine.get(Space.RECORDS, key)).isEqualTo(bytes("a"));
        engine.multiGet(Space.RECORDS, List.of(key));
        try (Cursor cursor = engine.scan(Space.RECORDS, from, to)) {
            from[0] = 'd';
            to[0] = 'z';
            assertThat(rest(cursor)).containsExactly("b=b", "c=c");
        }

        assertThat(key).isEqualTo(bytes("a"));
    }

    @Test
    void random_batches_give_what_a_tree_map_gives() {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            engine.apply(new WriteBatch().deleteRange(Space.HINTS, START, new byte[] {(byte) 0xFF}));
            for (int step = 0; step < 300; step++) {
                WriteBatch batch = new WriteBatch();
                for (int change = random.nextInt(6); change >= 0; change--) {
                    changeBoth(random, model, batch);
                }
                engine.apply(batch);
            }
            byte[] from = key(random);
            byte[] to = key(random);
            assertThat(entries(Space.HINTS, START, null)).as("seed %d", seed).isEqualTo(texts(model));
            if (Arrays.compareUnsigned(from, to) <= 0) {
                assertThat(entries(Space.HINTS, from, to)).as("seed %d", seed).isEqualTo(texts(model.subMap(from, to)));
            }
        }
    }

    private static void changeBoth(Random random, TreeMap<byte[], byte[]> model, WriteBatch batch) {
        byte[] key = key(random);
        switch (random.nextInt(10)) {
            case 0 -> {
                byte[] to = key(random);
                batch.deleteRange(Space.HINTS, key, to);
                if (Arrays.compareUnsigned(key, to) < 0) {
                    model.subMap(key, to).clear();
                }
            }
            case 1, 2, 3 -> {
                batch.delete(Space.HINTS, key);
                model.remove(key);
            }
            default -> {
                byte[] value = key(random);
                batch.put(Space.HINTS, key, value);
                model.put(key, value);
            }
        }
    }

    @Test
    void a_sync_tells_its_completion_once() throws Exception {
        engine.apply(letters());
        CountingCompletion completion = new CountingCompletion();
        engine.sync(completion);
        completion.awaitOutcome();
        // A second call, if there was one, would come before the completion of a later sync.
        CountingCompletion later = new CountingCompletion();
        engine.sync(later);
        later.awaitOutcome();

        assertThat(completion.successes()).isEqualTo(1);
        assertThat(completion.failures()).isEmpty();
    }

    @Test
    void syncs_that_were_asked_for_before_close_are_told() throws Exception {
        List<CountingCompletion> completions = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            engine.apply(new WriteBatch().put(Space.META, bytes("k" + i), bytes("v")));
            CountingCompletion completion = new CountingCompletion();
            engine.sync(completion);
            completions.add(completion);
        }
        engine.close();

        assertThat(completions).allSatisfy(completion -> {
            assertThat(completion.successes()).isEqualTo(1);
            assertThat(completion.failures()).isEmpty();
        });
    }

    @Test
    void a_completion_may_close_the_engine() throws Exception {
        CountingCompletion completion = new CountingCompletion(engine::close);
        engine.sync(completion);
        completion.awaitOutcome();

        assertClosed(() -> engine.get(Space.META, bytes("a")));
    }

    @Test
    void close_may_be_called_repeatedly() {
        engine.close();
        engine.close();
        engine.close();
        assertClosed(() -> engine.apply(letters()));
    }

    @Test
    void every_use_after_close_throws() {
        engine.apply(letters());
        Cursor untouched = engine.scan(Space.RECORDS, START, null);
        Cursor begun = engine.scan(Space.RECORDS, START, null);
        begun.next();
        engine.close();

        assertClosed(() -> engine.get(Space.RECORDS, bytes("a")));
        assertClosed(() -> engine.multiGet(Space.RECORDS, List.of(bytes("a"))));
        assertClosed(() -> engine.multiGet(Space.RECORDS, List.of()));
        assertClosed(() -> engine.scan(Space.RECORDS, START, null));
        assertClosed(() -> engine.apply(letters()));
        assertClosed(() -> engine.apply(new WriteBatch()));
        assertClosed(() -> engine.sync(new CountingCompletion()));
        assertClosed(untouched::next);
        assertClosed(begun::next);
        assertClosed(begun::key);
        assertClosed(begun::value);
        untouched.close();
        begun.close();
        begun.close();
    }

    @Test
    void a_closed_cursor_throws_and_may_be_closed_again() {
        engine.apply(letters());
        Cursor cursor = engine.scan(Space.RECORDS, START, null);
        cursor.next();
        cursor.close();
        cursor.close();

        assertClosed(cursor::next);
        assertClosed(cursor::key);
        assertThat(engine.get(Space.RECORDS, bytes("a"))).isEqualTo(bytes("a"));
    }

    /** Asserts that something fails as a use after close does. */
    protected static void assertClosed(ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED));
    }

    private static WriteBatch letters() {
        WriteBatch batch = new WriteBatch();
        for (String letter : List.of("e", "a", "d", "b", "c")) {
            batch.put(Space.RECORDS, bytes(letter), bytes(letter));
        }
        return batch;
    }

    private static byte[] key(Random random) {
        return bytes(String.valueOf(random.nextInt(120)));
    }

    private List<String> entries(Space space, byte[] from, byte[] to) {
        try (Cursor cursor = engine.scan(space, from, to)) {
            return rest(cursor);
        }
    }

    private static List<String> rest(Cursor cursor) {
        List<String> entries = new ArrayList<>();
        while (cursor.next()) {
            entries.add(new String(cursor.key(), UTF_8) + "=" + new String(cursor.value(), UTF_8));
        }
        return entries;
    }

    private static List<String> texts(List<byte[]> values) {
        return values.stream()
                .map(value -> value == null ? null : new String(value, UTF_8))
                .toList();
    }

    private static List<String> texts(Map<byte[], byte[]> entries) {
        return entries.entrySet().stream()
                .map(entry -> new String(entry.getKey(), UTF_8) + "=" + new String(entry.getValue(), UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
