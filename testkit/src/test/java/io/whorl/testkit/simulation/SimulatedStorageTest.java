package io.whorl.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulatedStorageTest {
    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final SimulatedHost host = new SimulatedHost(
            kernel,
            new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI),
            new History(kernel, violations, new Fleet()),
            violations,
            0,
            1,
            new Draws(3));
    private final SimulatedDisk disk = new SimulatedDisk();
    private final StorageEngine engine =
            new SimulatedStorage(kernel, new SimulatedProcess(kernel, host), disk, (where, batch) -> {}, new Draws(4));
    private int synced;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private void put(String key, String value) {
        engine.apply(new WriteBatch()
                .put(Space.RECORDS, bytes(key), bytes(value))
                .put(Space.DOTS, bytes(key), bytes(value)));
    }

    private List<String> keys(Space space, String from, String to) {
        List<String> keys = new ArrayList<>();
        try (StorageEngine.Cursor cursor = engine.scan(space, bytes(from), to == null ? null : bytes(to))) {
            while (cursor.next()) {
                keys.add(new String(cursor.key(), UTF_8));
            }
        }
        return keys;
    }

    private void sync() {
        engine.sync(new StorageEngine.Completion() {
            @Override
            public void succeeded() {
                synced++;
            }

            @Override
            public void failed(StorageException failure) {
                throw failure;
            }
        });
    }

    @Test
    void a_batch_changes_all_its_spaces_at_once_in_its_order() {
        put("a", "1");
        put("b", "2");
        put("c", "3");
        engine.apply(new WriteBatch()
                .deleteRange(Space.RECORDS, bytes("a"), bytes("c"))
                .put(Space.RECORDS, bytes("b"), bytes("4"))
                .delete(Space.RECORDS, bytes("c")));

        assertThat(keys(Space.RECORDS, "", null)).containsExactly("b");
        assertThat(engine.get(Space.RECORDS, bytes("b"))).isEqualTo(bytes("4"));
        assertThat(keys(Space.DOTS, "b", "c")).containsExactly("b");
        assertThat(engine.multiGet(Space.RECORDS, List.of(bytes("b"), bytes("a"))))
                .containsExactly(bytes("4"), null);
    }

    @Test
    void a_scan_shows_the_entries_of_its_beginning() {
        put("a", "1");
        StorageEngine.Cursor cursor = engine.scan(Space.RECORDS, bytes(""), null);
        put("a", "2");
        put("b", "2");

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.value()).isEqualTo(bytes("1"));
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void a_power_loss_leaves_a_prefix_of_the_batches_in_all_spaces_alike() {
        Set<Integer> left = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk other = new SimulatedDisk();
            for (int i = 0; i < 5; i++) {
                other.apply(new WriteBatch()
                        .put(Space.RECORDS, bytes("k" + i), bytes("v"))
                        .put(Space.META, bytes("newest"), bytes("" + i)));
                if (i == 1) {
                    other.syncedUpTo(other.applied());
                }
            }

            int undone = other.losePower(new Draws(seed), 0, false);

            int kept = 5 - undone;
            assertThat(other.range(Space.RECORDS, bytes(""), null)).hasSize(kept);
            assertThat(other.get(Space.META, bytes("newest"))).isEqualTo(bytes("" + (kept - 1)));
            assertThat(other.synced()).isEqualTo(other.applied());
            left.add(kept);
        }
        assertThat(left).containsExactly(2, 3, 4, 5);
    }

    @Test
    void a_power_loss_brings_back_what_unsynced_deletions_removed() {
        SimulatedDisk other = new SimulatedDisk();
        other.apply(
                new WriteBatch().put(Space.RECORDS, bytes("a"), bytes("1")).put(Space.RECORDS, bytes("b"), bytes("2")));
        other.syncedUpTo(other.applied());
        other.apply(new WriteBatch()
                .deleteRange(Space.RECORDS, bytes("a"), bytes("z"))
                .put(Space.RECORDS, bytes("a"), bytes("3")));
        long seed = 0;
        while (new Draws(seed).below(2) == 0) {
            seed++;
        }

        assertThat(other.losePower(new Draws(seed), 0, false)).isEqualTo(1);

        assertThat(other.get(Space.RECORDS, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(other.get(Space.RECORDS, bytes("b"))).isEqualTo(bytes("2"));
    }

    @Test
    void a_sync_ends_later_and_those_asked_for_in_the_meantime_share_the_next() {
        put("a", "1");
        sync();
        put("b", "1");
        sync();
        sync();
        assertThat(synced).isZero();
        assertThat(disk.synced()).isZero();

        kernel.runUntil(() -> synced == 1, Kernel.SECOND);
        assertThat(disk.synced()).isEqualTo(1);
        kernel.runUntil(Kernel.SECOND);

        assertThat(synced).isEqualTo(3);
        assertThat(disk.synced()).isEqualTo(2);
    }

    @Test
    void everything_is_refused_after_a_close_which_syncs_and_may_be_repeated() {
        put("a", "1");
        engine.close();
        engine.close();

        assertThat(disk.synced()).isEqualTo(1);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> engine.get(Space.RECORDS, bytes("a")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.CLOSED));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> put("a", "2"));
    }
}
