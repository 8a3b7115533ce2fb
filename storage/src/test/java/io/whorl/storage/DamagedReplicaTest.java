package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real replica over a database of which a block cannot be read. */
class DamagedReplicaTest {
    private static final ReplicaId ID = new ReplicaId(1, 0);
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());
    private static final int KEYS = 2_000;

    @TempDir
    Path temporary;

    @Test
    void what_can_be_read_is_salvaged_and_the_replica_can_go_on() throws IOException {
        Path data = temporary.resolve("data");
        try (StorageEngine engine = RocksStorageEngine.open(data, RocksOptions.defaults())) {
            Replica replica = open(engine, 1);
            for (int i = 0; i < KEYS; i++) {
                replica.write(key(i), new Write(new byte[200], null, 0), i + 1);
            }
        }
        // At the next start, what is in the log goes to a table.
        RocksStorageEngine.open(data, RocksOptions.defaults()).close();
        flip(largest(data.resolve("rocks"), ".sst"));

        long kept;
        try (StorageEngine engine = RocksStorageEngine.open(data, RocksOptions.defaults())) {
            Replica replica = open(engine, 2);
            assertThat(read(replica)).isLessThan(KEYS);
            assertThat(replica.standing()).isEqualTo(Standing.UNREADABLE);
            while (replica.salvage(100)) {
                assertThat(replica.doubt()).isPresent();
            }
            assertThat(replica.standing()).isEqualTo(Standing.SALVAGED);
            replica.trust();
            kept = read(replica);
            assertThat(kept).as("what lies before the damage").isBetween(1L, KEYS - 1L);
            replica.write(key(KEYS), new Write(new byte[1], null, 0), KEYS);
        }
        try (StorageEngine engine = RocksStorageEngine.open(data, RocksOptions.defaults())) {
            Replica replica = open(engine, 3);
            assertThat(replica.doubt()).isEmpty();
            assertThat(read(replica)).isEqualTo(kept);
            assertThat(replica.excerpt(key(KEYS)).record().siblings()).hasSize(1);
        }
    }

    private static Replica open(StorageEngine engine, long run) {
        return Replica.open(ID, BUCKET, engine, new Actor(run, 0, Role.REPLICA), ClosedRuns.none(), Optional.empty());
    }

    private static long read(Replica replica) {
        long found = 0;
        for (int i = 0; i < KEYS; i++) {
            try {
                found += replica.excerpt(key(i)).record().siblings().size();
            } catch (InDoubtException e) {
                return found;
            }
        }
        return found;
    }

    private static byte[] key(int number) {
        return ("key-" + (10_000 + number)).getBytes(StandardCharsets.UTF_8);
    }

    private static Path largest(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .max((a, b) -> Long.compare(size(a), size(b)))
                    .orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void flip(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = channel.size() / 3;
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, at);
        }
    }
}
