package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordCacheTest {
    private static final CacheSegment.Lengths LENGTHS = new CacheSegment.Lengths(512, 128);

    @Test
    void never_knows_a_wrong_value_and_never_takes_more_than_it_may() {
        long known = 0;
        long begun = 0;
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            long bound = 1L << (8 + random.nextInt(14));
            int whole = random.nextInt(200);
            RecordCache cache =
                    new RecordCache(bound, seed, new CacheSegment.Lengths(whole, random.nextInt(whole + 1)));
            Map<ByteBuffer, byte[]> model = new HashMap<>();
            for (int step = 0; step < 5_000; step++) {
                byte[] key = key(random.nextInt(200));
                int hash = cache.hash(key);
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 3_000 : 150)];
                        random.nextBytes(value);
                        cache.changing(key, hash);
                        cache.changed(key, hash, value);
                        model.put(ByteBuffer.wrap(key), value);
                    }
                    case 3 -> {
                        cache.changing(key, hash);
                        cache.changed(key, hash, null);
                        model.remove(ByteBuffer.wrap(key));
                    }
                    case 4 -> {
                        long version = cache.version(hash);
                        byte[] stored = model.get(ByteBuffer.wrap(key));
                        if (stored != null) {
                            cache.keep(key, hash, stored, version);
                        }
                    }
                    case 5 -> {
                        byte[] beginning = cache.beginning(key, hash);
                        if (beginning != null) {
                            begun++;
                            assertThat(Arrays.copyOf(model.get(ByteBuffer.wrap(key)), beginning.length))
                                    .describedAs("seed %d, step %d", seed, step)
                                    .isEqualTo(beginning);
                        }
                    }
                    default -> {
                        byte[] value = cache.get(key, hash);
                        if (value != null) {
                            known++;
                            assertThat(value)
                                    .describedAs("seed %d, step %d", seed, step)
                                    .isEqualTo(model.get(ByteBuffer.wrap(key)));
                        }
                    }
                }
                if (random.nextInt(2_000) == 0) {
                    cache.clear();
                }
                assertThat(cache.bytes()).isLessThanOrEqualTo(bound);
            }
        }
        assertThat(known).isGreaterThan(5_000);
        assertThat(begun).isGreaterThan(5_000);
    }

    @Test
    void what_is_asked_for_stays_when_others_go() {
        RecordCache cache = new RecordCache(64 << 10, 1, LENGTHS);
        for (int i = 0; i < 5_000; i++) {
            put(cache, key(i), new byte[100]);
            assertThat(cache.get(key(0), cache.hash(key(0)))).isNotNull();
        }
        assertThat(cache.get(key(1), cache.hash(key(1)))).isNull();
        assertThat(cache.get(key(4_999), cache.hash(key(4_999)))).isNotNull();
    }

    @Test
    void holds_what_fits() {
        RecordCache cache = new RecordCache(8 << 20, 1, LENGTHS);
        int entries = 20_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < entries; i++) {
                put(cache, key(i), new byte[130 + round]);
            }
        }
        int known = 0;
        for (int i = 0; i < entries; i++) {
            known += cache.get(key(i), cache.hash(key(i))) == null ? 0 : 1;
        }
        assertThat(known).isEqualTo(entries);
        assertThat(cache.hits()).isEqualTo(entries);
    }

    @Test
    void a_large_value_does_not_drive_all_others_out() {
        RecordCache cache = new RecordCache(64 << 10, 1, LENGTHS);
        put(cache, key(1), new byte[100]);
        put(cache, key(2), new byte[60 << 10]);
        assertThat(cache.get(key(1), cache.hash(key(1)))).hasSize(100);
        assertThat(cache.get(key(2), cache.hash(key(2)))).isNull();
    }

    @Test
    void of_a_long_value_the_beginning_is_kept_until_it_is_read() {
        RecordCache cache = new RecordCache(1 << 20, 1, LENGTHS);
        byte[] value = new byte[1_000];
        new Random(1).nextBytes(value);
        byte[] key = key(1);
        int hash = cache.hash(key);
        put(cache, key, value);
        assertThat(cache.get(key, hash)).isNull();
        assertThat(cache.beginning(key, hash)).isEqualTo(Arrays.copyOf(value, 128));
        cache.keep(key, hash, value, cache.version(hash));
        assertThat(cache.beginning(key, hash))
                .as("what was read back may be damaged")
                .isNull();
        assertThat(cache.get(key, hash)).isEqualTo(value);
        put(cache, key, value);
        assertThat(cache.get(key, hash)).as("it is read and written").isEqualTo(value);
        put(cache, key, value);
        put(cache, key, value);
        assertThat(cache.get(key, hash))
                .as("it is written, and not read any more")
                .isNull();
    }

    @Test
    void changes_of_keys_that_fall_together_do_not_make_each_other_unknown() {
        RecordCache cache = new RecordCache(64 << 10, 1, LENGTHS);
        for (int i = 0; i < 100; i++) {
            cache.changing(key(i), cache.hash(key(i)));
        }
        for (int i = 0; i < 100; i++) {
            cache.changed(key(i), cache.hash(key(i)), new byte[i]);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(cache.get(key(i), cache.hash(key(i)))).hasSize(i);
        }
    }

    @Test
    void what_two_changed_at_once_is_not_known() {
        RecordCache cache = new RecordCache(64 << 10, 1, LENGTHS);
        byte[] key = key(1);
        int hash = cache.hash(key);
        for (int ends = 0; ends < 2; ends++) {
            cache.changing(key, hash);
            cache.changing(key, hash);
            cache.changed(key, hash, new byte[ends]);
            assertThat(cache.get(key, hash)).isNull();
            cache.changed(key, hash, new byte[1 - ends]);
            assertThat(cache.get(key, hash)).isNull();
        }
        put(cache, key, new byte[7]);
        assertThat(cache.get(key, hash)).hasSize(7);
    }

    @Test
    void takes_nothing_before_there_is_something() {
        assertThat(new RecordCache(32 << 20, 1, LENGTHS).bytes()).isZero();
    }

    private static void put(RecordCache cache, byte[] key, byte[] value) {
        int hash = cache.hash(key);
        cache.changing(key, hash);
        cache.changed(key, hash, value);
    }

    private static byte[] key(int number) {
        return ("key-" + number).getBytes(StandardCharsets.UTF_8);
    }
}
