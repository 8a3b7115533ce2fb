package io.whorl.storage;

import io.whorl.core.spi.StorageEngine;
import org.junit.jupiter.api.Nested;

class HeapStorageEngineTest {

    @Nested
    class Contract extends StorageEngineContract {
        @Override
        protected StorageEngine open() {
            return new HeapStorageEngine();
        }
    }

    @Nested
    class ConcurrencyContract extends StorageEngineConcurrencyContract {
        @Override
        protected StorageEngine open() {
            return new HeapStorageEngine();
        }
    }
}
