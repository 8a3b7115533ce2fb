package io.whorl.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.history.HistoryCheck;
import io.whorl.history.Operation;
import io.whorl.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power of all nodes fails at one instant under load, again and again. The system property {@code whorl.test.powerLosses} says how
 * often, by default 10 times; {@code whorl.test.seed} draws other moments and other remains.
 */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "no signal stops a process elsewhere")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class PowerLossTest {
    private static final int LOSSES = Integer.getInteger("whorl.test.powerLosses", 10);
    private static final long SEED = Long.getLong("whorl.test.seed", 1);
    private static final int CLIENTS = 8;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Operation> history = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void what_was_acknowledged_after_an_fsync_survives_the_loss_of_all_power() throws Exception {
        long began = System.nanoTime();
        try (Machine machine = new Machine(directory, random.split())) {
            machine.start();
            for (int loss = 0; loss < LOSSES; loss++) {
                Load load = new Load(machine);
                load.start("p" + loss + "-", CLIENTS, random.split());
                load.awaitProgress(random.nextInt(50, 600));
                machine.losePower(DiskImage.Remains.ANY);
                end(load);
                machine.start();
                assertThat(violations(machine, load.keys()))
                        .as("after loss %d with -Dwhorl.test.seed=%d", loss, SEED)
                        .isEmpty();
            }
            Set<String> all = history.stream().map(Operation::key).collect(Collectors.toCollection(TreeSet::new));
            assertThat(violations(machine, all))
                    .as("in the end, with -Dwhorl.test.seed=%d", SEED)
                    .isEmpty();
            report(machine, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    @Test
    void without_fsync_the_loss_of_power_loses_writes_and_this_test_sees_it() throws Exception {
        try (Machine machine = new Machine(directory, random.split())) {
            machine.start();
            Load load = lieUnderLoad(machine);
            machine.losePower(DiskImage.Remains.SYNCED_WITH_OLD_MARK);
            end(load);
            machine.start();
            List<String> violations = violations(machine, load.keys());
            assertThat(violations).anyMatch(violation -> violation.startsWith("lost: "));
            System.out.printf("power loss without fsync: %d contradictions, as it should be%n", violations.size());
        }
    }

    @Test
    void a_disk_that_lost_what_it_had_called_synced_is_refused() throws Exception {
        try (Machine machine = new Machine(directory, random.split())) {
            machine.start();
            Load load = lieUnderLoad(machine);
            machine.losePower(DiskImage.Remains.SYNCED_WITH_NEW_MARK);
            end(load);
            machine.begin();
            assertThat(machine.process().expect("could not start", 120)).contains("lost batches that had been synced");
        }
    }

    private Load lieUnderLoad(Machine machine) throws IOException {
        Load load = new Load(machine);
        load.start("p-", CLIENTS, random.split());
        load.awaitProgress(50);
        machine.lie();
        load.awaitProgress(500);
        return load;
    }

    private void end(Load load) throws InterruptedException {
        load.stop();
        history.addAll(load.history());
    }

    private List<String> violations(Machine machine, Set<String> keys) throws Exception {
        List<Operation> concerned = history.stream()
                .filter(operation -> keys.contains(operation.key()))
                .toList();
        return HistoryCheck.violations(concerned, Load.read(keys, machine));
    }

    private void report(Machine machine, Duration took) {
        long acknowledged = history.stream()
                .filter(operation -> operation.outcome() == Outcome.ACKNOWLEDGED)
                .count();
        System.out.printf(
                "power loss: %d times in %d s, %d unsynced bytes lost, %d logs torn; %d of %d operations acknowledged,"
                        + " none lost%n",
                LOSSES, took.toSeconds(), machine.droppedBytes(), machine.torn(), acknowledged, history.size());
        assertThat(machine.droppedBytes()).as("else nothing was at stake").isPositive();
    }
}
