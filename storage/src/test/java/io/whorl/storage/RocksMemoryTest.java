package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksMemoryTest {
    private static final int MIB = 1 << 20;
    private static final int VALUE_BYTES = 1_000;

    private final RocksMemory memory = RocksMemory.of(8 * MIB, 2 * MIB, 2);
    private final Random random = new Random(7);

    @TempDir
    Path directory;

    @Test
    void engines_share_it_and_it_is_free_once_the_last_of_them_is_closed() {
        assertThat(memory.usedBytes()).isZero();
        StorageEngine one = open("one");
        StorageEngine other = open("other");
        write(one, 0, 300);
        write(other, 0, 300);

        assertThat(one.memory().writeBufferBytes()).isGreaterThan(300 * VALUE_BYTES);
        assertThat(one.memory().bytes())
                .isEqualTo(other.memory().bytes())
                .isGreaterThanOrEqualTo(
                        one.memory().writeBufferBytes() + other.memory().writeBufferBytes());
        one.close();
        assertThat(one.memory()).isEqualTo(StorageMemory.NONE);
        assertThat(read(other, 299)).isNotNull();
        assertThat(memory.usedBytes()).isPositive();
        other.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void it_can_be_used_again_after_the_last_was_closed() {
        for (int round = 0; round < 3; round++) {
            try (StorageEngine engine = open("one")) {
                assertThat(round == 0 ? 0 : 1).isEqualTo(read(engine, 0) == null ? 0 : 1);
                write(engine, 0, 10);
            }
            assertThat(memory.usedBytes()).isZero();
        }
    }

    @Test
    void closing_an_engine_twice_takes_nothing_from_the_others() {
        StorageEngine one = open("one");
        StorageEngine other = open("other");
        write(other, 0, 100);
        one.close();
        one.close();
        assertThat(read(other, 50)).isNotNull();
        StorageException late = catchThrowableOfType(StorageException.class, () -> read(one, 0));
        assertThat(late.kind()).isEqualTo(StorageException.Kind.CLOSED);
        other.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void a_database_that_cannot_be_opened_gives_its_share_back() {
        StorageEngine one = open("one");
        StorageException refused = catchThrowableOfType(StorageException.class, () -> open("one"));
        assertThat(refused.kind()).isEqualTo(StorageException.Kind.UNUSABLE);
        one.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void much_more_data_than_memory_is_written_and_read_within_it() {
        try (StorageEngine one = open("one");
                StorageEngine other = open("other")) {
            for (int i = 0; i < 20_000; i += 100) {
                write(one, i, i + 100);
                write(other, i, i + 100);
                // Buffers on their way to a file, and blocks in use, are extra.
                assertThat(memory.usedBytes()).isLessThan(12 * MIB);
            }
            for (int i = 0; i < 20_000; i += 7) {
                assertThat(read(one, i)).hasSize(VALUE_BYTES);
            }
            assertThat(memory.usedBytes()).isLessThan(10 * MIB);
        }
    }

    @Test
    void what_makes_no_sense_is_refused_by_name() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RocksMemory.of(1 << 20, 2 << 20, 1))
                .withMessage("bytes is 1048576, but must be 2097152 at least");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RocksMemory.of(1 << 20, 1, 1))
                .withMessageContaining("writeBufferBytes is 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RocksMemory.of(1 << 20, 1 << 20, 0))
                .withMessageContaining("engines is 0");
    }

    private StorageEngine open(String name) {
        return RocksStorageEngine.open(directory.resolve(name), RocksOptions.defaults(), memory);
    }

    private void write(StorageEngine engine, int from, int to) {
        WriteBatch batch = new WriteBatch();
        for (int i = from; i < to; i++) {
            byte[] value = new byte[VALUE_BYTES];
            random.nextBytes(value);
            batch.put(Space.RECORDS, key(i), value);
        }
        engine.apply(batch);
    }

    private static byte[] read(StorageEngine engine, int number) {
        return engine.get(Space.RECORDS, key(number));
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
