package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of an engine: whole, of one instant, and never mistaken for the node's own state. */
class CheckpointTest {
    private static final byte[] KEY = {1};

    @TempDir
    Path temporary;

    @Test
    void a_checkpoint_has_what_was_applied_before_it_and_nothing_later() throws IOException {
        Path copy = temporary.resolve("copy");
        try (StorageEngine engine = RocksStorageEngine.open(temporary.resolve("data"), RocksOptions.defaults())) {
            engine.apply(new WriteBatch().put(Space.RECORDS, KEY, new byte[] {1}));
            engine.checkpoint(copy.toString());
            engine.apply(new WriteBatch().put(Space.RECORDS, KEY, new byte[] {2}));
            assertThat(engine.get(Space.RECORDS, KEY)).isEqualTo(new byte[] {2});
        }
        Files.delete(copy.resolve(DataDirectory.CHECKPOINT));
        try (StorageEngine engine = RocksStorageEngine.open(copy, RocksOptions.defaults())) {
            assertThat(engine.get(Space.RECORDS, KEY)).isEqualTo(new byte[] {1});
        }
    }

    @Test
    void a_checkpoint_is_not_opened_as_a_nodes_data() {
        Path copy = temporary.resolve("copy");
        try (StorageEngine engine = RocksStorageEngine.open(temporary.resolve("data"), RocksOptions.defaults())) {
            engine.checkpoint(copy.toString());
        }
        StorageException refusal = catchThrowableOfType(
                StorageException.class, () -> RocksStorageEngine.open(copy, RocksOptions.defaults()));
        assertThat(refusal.kind()).isEqualTo(Kind.UNUSABLE);
        assertThat(refusal).hasMessageContaining("is a checkpoint").hasMessageContaining("empty directory");
    }

    @Test
    void what_is_there_is_not_overwritten() throws IOException {
        Path copy = Files.createDirectory(temporary.resolve("copy"));
        try (StorageEngine engine = RocksStorageEngine.open(temporary.resolve("data"), RocksOptions.defaults())) {
            StorageException refusal =
                    catchThrowableOfType(StorageException.class, () -> engine.checkpoint(copy.toString()));
            assertThat(refusal.kind()).isEqualTo(Kind.UNUSABLE);
        }
    }

    @Test
    void an_engine_in_memory_has_nothing_to_copy() {
        try (StorageEngine engine = new HeapStorageEngine()) {
            StorageException refusal = catchThrowableOfType(
                    StorageException.class,
                    () -> engine.checkpoint(temporary.resolve("copy").toString()));
            assertThat(refusal.kind()).isEqualTo(Kind.UNUSABLE);
        }
    }
}
