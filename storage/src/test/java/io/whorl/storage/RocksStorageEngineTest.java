package io.whorl.storage;

import io.whorl.core.spi.StorageEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class RocksStorageEngineTest {

    @Nested
    class Contract extends StorageEngineContract {
        @TempDir
        Path directory;

        @Override
        protected StorageEngine open() {
            return RocksStorageEngine.open(directory.resolve("data"), RocksOptions.defaults());
        }
    }

    @Nested
    class ConcurrencyContract extends StorageEngineConcurrencyContract {
        @TempDir
        Path directory;

        @Override
        protected StorageEngine open() {
            return RocksStorageEngine.open(directory.resolve("data"), RocksOptions.defaults());
        }
    }
}
