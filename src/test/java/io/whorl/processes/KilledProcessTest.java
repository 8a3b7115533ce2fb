package io.whorl.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.history.HistoryCheck;
import io.whorl.history.Operation;
import io.whorl.history.Operation.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five processes under load, killed with SIGKILL again and again, stopped with SIGSTOP, and with links cut, slowed and reset between
 * them. The system property {@code whorl.test.cycles} says how often to kill, by default 20 times; {@code whorl.test.seed} draws other
 * faults.
 */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "no signal stops a process elsewhere")
class KilledProcessTest {
    private static final int NODES = 5;
    private static final int COPIES = 3;
    private static final int CLIENTS = 10;
    private static final int CYCLES = Integer.getInteger("whorl.test.cycles", 20);
    private static final long SEED = Long.getLong("whorl.test.seed", 1);
    /** In this cycle of every ten all nodes are killed at the same time. */
    private static final int ALL_AT_ONCE = 6;

    private static final int PROGRESS_LINE = 20;
    private static final int SETTLED_WITHIN = 180;
    private static final int PROGRESS = 40;

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void no_acknowledged_write_is_lost_when_processes_are_killed_stopped_and_cut_off() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        long began = System.nanoTime();
        try (ProcessCluster cluster = new ProcessCluster(NODES, directory, random.split())) {
            cluster.prepareStarts();
            for (int i = 0; i < NODES; i++) {
                cluster.start(i);
            }
            for (int i = 0; i < NODES; i++) {
                cluster.awaitServing(i);
            }
            Load load = new Load(cluster);
            Faults faults = new Faults(cluster, random.split());
            load.start("c", CLIENTS, random.split());
            load.awaitProgress(PROGRESS);
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                cycle(cycle, cluster, load, faults, random);
                if ((cycle + 1) % PROGRESS_LINE == 0) {
                    System.out.printf("kill -9: %d of %d cycles%n", cycle + 1, CYCLES);
                }
            }
            load.awaitProgress(PROGRESS);
            load.stop();
            cluster.awaitEqualReplicas(COPIES, SETTLED_WITHIN);
            List<Operation> history = load.history();
            assertThat(HistoryCheck.violations(history, Load.read(load.keys(), cluster)))
                    .as("with -Dwhorl.test.seed=%d", SEED)
                    .isEmpty();
            report(history, faults, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private static void cycle(int cycle, ProcessCluster cluster, Load load, Faults faults, SplittableRandom random)
            throws Exception {
        int victim = random.nextInt(NODES);
        boolean all = cycle % 10 == ALL_AT_ONCE;
        faults.begin(cycle, victim);
        load.awaitProgress(PROGRESS);
        for (int i = 0; i < NODES; i++) {
            if (all || i == victim) {
                cluster.kill(i);
            }
        }
        if (!all) {
            load.awaitProgress(PROGRESS);
        }
        boolean healFirst = all || random.nextBoolean();
        if (healFirst) {
            faults.end();
        }
        for (int i = 0; i < NODES; i++) {
            if (all || i == victim) {
                cluster.start(i);
            }
        }
        for (int i = 0; i < NODES; i++) {
            if (all || i == victim) {
                cluster.awaitServing(i);
            }
        }
        load.awaitProgress(PROGRESS);
        faults.end();
    }

    private static void report(List<Operation> history, Faults faults, Duration took) {
        long acknowledged = count(history, Outcome.ACKNOWLEDGED);
        System.out.printf(
                "kill -9: %d cycles over %d processes in %d s, faults %s; %d operations, of which %d acknowledged,"
                        + " %d unknown, %d refused; none lost%n",
                CYCLES,
                NODES,
                took.toSeconds(),
                faults.fired(),
                history.size(),
                acknowledged,
                count(history, Outcome.UNKNOWN),
                count(history, Outcome.NOT_APPLIED));
        assertThat(acknowledged)
                .as("a run in which little succeeds shows little")
                .isGreaterThan(history.size() / 2);
        if (CYCLES >= Faults.Kind.values().length) {
            assertThat(faults.fired()).as("every class of faults").containsOnlyKeys(Faults.Kind.values());
        }
    }

    private static long count(List<Operation> history, Outcome outcome) {
        return history.stream()
                .filter(operation -> operation.outcome() == outcome)
                .count();
    }
}
