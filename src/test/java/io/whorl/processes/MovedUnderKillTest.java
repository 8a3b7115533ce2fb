package io.whorl.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.history.HistoryCheck;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes with many keys become six, under load. While slots move to the fourth, it is killed; while they move to the fifth, one
 * that they move away from; while they move to the sixth, a voter. Each is started again. The system property {@code whorl.test.keys}
 * says how many keys there are, by default a few thousand.
 */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "processes are killed by a signal")
class MovedUnderKillTest {
    private static final int FOUNDERS = 3;
    private static final int NODES = 6;
    private static final int COPIES = 3;
    private static final int CLIENTS = 6;
    private static final int KEYS = Integer.getInteger("whorl.test.keys", 3_000);
    private static final int AT_A_TIME = 200;
    private static final int PROGRESS = 40;
    private static final int SECONDS = 1_800;
    private static final int SETTLED_WITHIN = 600;

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void nothing_is_lost_when_target_source_and_voter_of_moves_are_killed() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        try (ProcessCluster cluster = new ProcessCluster(NODES, FOUNDERS, directory, random.split())) {
            cluster.prepareStarts();
            for (int i = 0; i < FOUNDERS; i++) {
                cluster.start(i);
            }
            for (int i = 0; i < FOUNDERS; i++) {
                cluster.awaitServing(i);
            }
            each("put", cluster);
            Load load = new Load(cluster);
            load.start("c", CLIENTS, random.split());
            load.awaitProgress(PROGRESS);

            joinAndKill(cluster, load, 3, moving -> 3);
            joinAndKill(
                    cluster,
                    load,
                    4,
                    moving -> moving.sources().stream()
                            .filter(source -> source != 0)
                            .findFirst()
                            .orElse(1));
            joinAndKill(
                    cluster,
                    load,
                    5,
                    moving -> moving.voters().stream()
                            .filter(voter -> voter != 0)
                            .findFirst()
                            .orElse(1));

            load.stop();
            cluster.awaitEqualReplicas(COPIES, SETTLED_WITHIN);
            assertThat(HistoryCheck.violations(load.history(), Load.read(load.keys(), cluster)))
                    .isEmpty();
            each("fetch", cluster);
            System.out.printf(
                    "moves under kill: %d keys and %d operations on others, all as they must be%n",
                    KEYS, load.history().size());
        }
    }

    /** Node 0 is never the victim, so that it can be asked. */
    private static void joinAndKill(
            ProcessCluster cluster, Load load, int joiner, ToIntFunction<ProcessCluster.Moving> victimOf)
            throws Exception {
        cluster.start(joiner);
        cluster.awaitServing(joiner);
        Awaitility.await("slots that move to node " + joiner)
                .atMost(SECONDS, TimeUnit.SECONDS)
                .until(
                        () -> cluster.moving(0),
                        moving ->
                                moving.members() > joiner && (!moving.sources().isEmpty() || moving.atRest()));
        ProcessCluster.Moving moving = cluster.moving(0);
        int victim = victimOf.applyAsInt(moving);
        cluster.kill(victim);
        System.out.printf(
                "moves under kill: node %d of %s killed while slots moved to node %d: %s%n",
                victim, moving.voters(), joiner, moving);
        load.awaitProgress(PROGRESS);
        cluster.start(victim);
        cluster.awaitServing(victim);
        load.awaitProgress(PROGRESS);
        Awaitility.await("rest with node " + joiner)
                .atMost(SECONDS, TimeUnit.SECONDS)
                .until(() -> cluster.moving(0), now -> now.members() == joiner + 1 && now.atRest());
    }

    /** Puts each key once, or reads it and compares; at nodes by turns, so many at a time, again if it fails. */
    private static void each(String command, ProcessCluster cluster) throws Exception {
        record Asked(int key, CompletableFuture<Optional<String>> answer) {}

        Deque<Asked> asked = new ArrayDeque<>();
        Deque<Integer> left = new ArrayDeque<>();
        for (int key = 0; key < KEYS || !left.isEmpty() || !asked.isEmpty(); ) {
            boolean any = key < KEYS || !left.isEmpty();
            if (any && asked.size() < AT_A_TIME) {
                int next = left.isEmpty() ? key++ : left.remove();
                asked.add(new Asked(next, ask(command, next, cluster)));
                continue;
            }
            Asked first = asked.remove();
            List<String> words = List.of(first.answer()
                    .get(SECONDS, TimeUnit.SECONDS)
                    .orElse("UNKNOWN killed")
                    .split(" "));
            if (!words.get(0).equals("ok")) {
                left.add(first.key());
            } else if (command.equals("fetch")) {
                assertThat(words.subList(2, words.size()))
                        .as("key %d", first.key())
                        .containsOnly("value-" + first.key());
            }
        }
    }

    private static CompletableFuture<Optional<String>> ask(String command, int key, ProcessCluster cluster) {
        for (int i = key; ; i++) {
            Optional<NodeHandle> node = cluster.serving(i % cluster.size());
            if (node.isPresent()) {
                return command.equals("put")
                        ? node.get().ask("put", "bulk-" + key, "value-" + key, "-")
                        : node.get().ask("fetch", "bulk-" + key);
            }
        }
    }
}
