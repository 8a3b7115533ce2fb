package io.whorl.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What disks do wrong, and what is found when a node takes it lightly (promise P9). */
class DiskErrorTest {
    private static final byte[] KEY = "k".getBytes(UTF_8);

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final History history = new History(kernel, violations, fleet);
    private final List<SimulatedHost> stopped = new ArrayList<>();
    private SimulatedHost host;

    @BeforeEach
    void a_host_with_a_node() {
        SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI);
        host = new SimulatedHost(kernel, network, history, violations, 0, 1, new Draws(3));
        host.enter(SimulationOptions.draw(new Draws(4), OptionalInt.of(1)).node(0, Optional.empty()));
        host.onDiskFault(stopped::add);
        fleet.add(host);
        host.startIfDown();
        kernel.runUntil(host::isReady, 60 * Kernel.SECOND);
    }

    private StorageEngine engine() {
        return new SimulatedStorage(kernel, host.process(), host.disk(), history, new Draws(5));
    }

    private static WriteBatch batch() {
        return new WriteBatch().put(Space.META, KEY, KEY);
    }

    private List<Checker> found() {
        return violations.found().stream().map(Violation::checker).toList();
    }

    @Test
    void a_node_that_stops_itself_after_an_error_has_done_right() {
        host.disk().trouble().failNextStep();
        host.node().createBucket("b", BucketOptions.builder().build(), Kernel.SECOND, new Callback<>() {
            @Override
            public void succeeded(BucketDefinition result) {}

            @Override
            public void failed(Failure failure) {}
        });
        kernel.runUntil(() -> !stopped.isEmpty(), kernel.now() + 60 * Kernel.SECOND);

        assertThat(stopped).containsExactly(host);
        assertThat(host.isRunning()).isFalse();
        assertThat(found()).isEmpty();
    }

    @Test
    void a_node_that_goes_on_after_an_error_is_found() {
        host.process().metError(false);
        kernel.runUntil(kernel.now() + 5 * Kernel.SECOND);

        assertThat(found()).containsExactly(Checker.SERVED_AFTER_ERROR);
    }

    @Test
    void a_node_that_writes_after_a_failed_step_is_found() {
        host.disk().trouble().failNextStep();
        StorageEngine engine = engine();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> engine.get(Space.META, KEY))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.IO));
        engine.apply(batch());

        assertThat(found()).containsExactly(Checker.SERVED_AFTER_ERROR);
    }

    @Test
    void a_full_disk_refuses_batches_for_a_while_and_serves_reads() {
        StorageEngine engine = engine();
        engine.apply(batch());
        host.disk().trouble().fullUntil(kernel.now() + Kernel.SECOND);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> engine.apply(batch()))
                .satisfies(e -> assertThat(e.isFull()).isTrue());
        assertThat(engine.get(Space.META, KEY)).isEqualTo(KEY);
        kernel.runUntil(kernel.now() + 2 * Kernel.SECOND);
        engine.apply(batch());
        assertThat(found()).isEmpty();
    }

    @Test
    void a_disk_goes_back_to_what_it_was_although_that_was_synced() {
        SimulatedDisk disk = host.disk();
        SimulatedDisk.Image image = disk.image();
        engine().apply(batch());
        disk.syncedUpTo(disk.applied());
        disk.rollBack(image);

        assertThat(disk.get(Space.META, KEY)).isNull();
        assertThat(disk.synced()).isEqualTo(disk.applied());
    }

    @Test
    void what_a_voter_has_kept_of_its_promises_does_not_go_back_nor_come_back() {
        SimulatedDisk disk = host.disk();
        byte[] promise = "agreement".getBytes(UTF_8);
        byte[] state = "cluster".getBytes(UTF_8);
        disk.apply(new WriteBatch().put(Space.META, promise, KEY));
        SimulatedDisk.Image image = disk.image();
        disk.apply(new WriteBatch().put(Space.META, state, KEY).delete(Space.META, promise));
        disk.rollBack(image);

        assertThat(disk.get(Space.META, state)).isEqualTo(KEY);
        assertThat(disk.get(Space.META, promise)).isNull();
    }

    @Test
    void a_flipped_bit_changes_one_value_and_no_copy_of_it() {
        engine().apply(batch());
        SimulatedDisk.Image image = host.disk().image();
        host.disk().flip(Space.META, KEY, 3);

        assertThat(host.disk().get(Space.META, KEY)).isNotEqualTo(KEY);
        host.disk().rollBack(image);
        assertThat(host.disk().get(Space.META, KEY)).isEqualTo(KEY);
    }

    @Test
    void a_torn_batch_is_gone_as_a_whole_but_not_what_a_run_needs() {
        SimulatedDisk disk = new SimulatedDisk();
        for (int i = 0; i < 4; i++) {
            disk.apply(new WriteBatch().put(Space.META, new byte[] {(byte) i}, KEY));
        }
        assertThat(disk.losePower(new Draws(1), 3, true)).isEqualTo(1);
        assertThat(disk.get(Space.META, new byte[] {3})).isNull();
        assertThat(disk.get(Space.META, new byte[] {2})).isEqualTo(KEY);
    }
}
