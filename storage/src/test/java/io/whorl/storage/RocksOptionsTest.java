package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.WriteBatch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksOptionsTest {
    private static final byte[] KEY = {1};

    @TempDir
    Path directory;

    @Test
    void numbers_that_make_no_sense_are_refused_by_name() {
        RocksOptions defaults = RocksOptions.defaults();
        assertThatThrownBy(() -> defaults.withMaxTotalWalBytes(1)).hasMessageContaining("maxTotalWalBytes");
        assertThatThrownBy(() -> defaults.withMinFreeBytes(-5)).hasMessageContaining("minFreeBytes");
        assertThatThrownBy(() -> new RocksOptions(1 << 20, 0, 64, RocksOptions.Compression.LZ4, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBackgroundJobs is 0, but must be 1 at least");
    }

    @Test
    void each_change_changes_one_option() {
        RocksOptions changed = RocksOptions.defaults()
                .withMaxTotalWalBytes(2 << 20)
                .withCompression(RocksOptions.Compression.NONE)
                .withMinFreeBytes(3);
        RocksOptions defaults = RocksOptions.defaults();

        assertThat(changed)
                .isEqualTo(new RocksOptions(
                        2 << 20,
                        defaults.maxBackgroundJobs(),
                        defaults.maxOpenFiles(),
                        RocksOptions.Compression.NONE,
                        3));
    }

    @Test
    void the_compression_may_change_between_starts() {
        try (StorageEngine engine = open(RocksOptions.defaults())) {
            engine.apply(new WriteBatch().put(Space.META, KEY, new byte[1000]));
        }
        open(RocksOptions.defaults()).close();
        try (StorageEngine engine = open(RocksOptions.defaults().withCompression(RocksOptions.Compression.NONE))) {
            assertThat(engine.get(Space.META, KEY)).isEqualTo(new byte[1000]);
        }
    }

    @Test
    void below_the_free_space_mark_stores_are_refused_and_deletes_and_what_a_node_must_remember_are_not() {
        try (StorageEngine engine = open(RocksOptions.defaults())) {
            engine.apply(new WriteBatch().put(Space.RECORDS, KEY, KEY));
        }
        try (StorageEngine engine = open(RocksOptions.defaults().withMinFreeBytes(Long.MAX_VALUE))) {
            assertThat(engine.hasSpace()).isFalse();
            for (int attempt = 0; attempt < 3; attempt++) {
                StorageException refusal = catchThrowableOfType(
                        StorageException.class,
                        () -> engine.apply(new WriteBatch()
                                .put(Space.META, KEY, new byte[] {2})
                                .put(Space.RECORDS, KEY, new byte[] {2})));
                assertThat(refusal.kind()).isEqualTo(Kind.FULL);
                assertThat(refusal).hasMessageContaining("not applied").hasMessageContaining("free some space");
            }
            assertThat(engine.get(Space.RECORDS, KEY)).isEqualTo(KEY);

            // As pruning does: it says in the meta space what it removes elsewhere.
            engine.apply(new WriteBatch().put(Space.META, KEY, KEY).delete(Space.RECORDS, KEY));
            assertThat(engine.get(Space.RECORDS, KEY)).isNull();
            assertThat(engine.get(Space.META, KEY)).isEqualTo(KEY);
        }
    }

    private StorageEngine open(RocksOptions options) {
        return RocksStorageEngine.open(directory.resolve("data"), options);
    }
}
