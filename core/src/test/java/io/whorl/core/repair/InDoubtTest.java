package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What cannot be read: the replica serves nobody, takes itself anew, and nothing is lost or comes back by it. */
class InDoubtTest {
    private static final int KEYS = 40;

    private World world = new World(1);
    private List<TestNode> nodes;
    private BucketDefinition bucket;

    @Test
    void a_replica_that_cannot_be_read_takes_itself_anew_and_serves_again() {
        begin(BucketOptions.defaults());
        damage(nodes.get(2), Space.RECORDS, 1);
        readAll(nodes.get(2));
        world.until(() -> has(nodes.get(2), NodeEvent.ReplicaCaughtUp.class));
        assertThat(nodes.get(2).events).hasAtLeastOneElementOfType(NodeEvent.ReplicaInDoubt.class);
        settle();
        assertSound();
    }

    @Test
    void while_in_doubt_it_answers_nothing_and_the_others_do() {
        begin(BucketOptions.defaults());
        TestNode damaged = nodes.get(2);
        world.loses = message -> message.is(ReplicaMessage.PullAnswer.class) && message.to() == damaged;
        damage(damaged, Space.RECORDS, 1000);
        readAll(damaged);
        assertThat(damaged.replicas()).allMatch(ReplicaSnapshot::inDoubt);
        assertThat(nodes.get(0).values(bucket, "k1", 2)).containsExactly("v1");
        assertThat(nodes.get(0).put(bucket, "k1", "w").failure).isNull();
        Answer<ReadResult> all = nodes.get(0).read(bucket, "k1", 3);
        world.until(all::ended);
        assertThat(all.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(all.failure.detail()).contains("IN_DOUBT");
        assertThat(damaged.values(bucket, "k1", 2)).as("by way of the others").containsExactly("w");
    }

    @Test
    void doubt_outlives_a_restart() {
        begin(BucketOptions.defaults());
        TestNode damaged = nodes.get(2);
        world.isolate(damaged);
        damage(damaged, Space.RECORDS, 1);
        readAll(damaged);
        world.run(5_000);
        long doubtful =
                damaged.replicas().stream().filter(ReplicaSnapshot::inDoubt).count();
        assertThat(doubtful).isPositive();
        damaged.kill();
        damaged.start();
        world.until(() -> damaged.ready);
        assertThat(damaged.replicas().stream().filter(ReplicaSnapshot::inDoubt)).hasSize((int) doubtful);
        world.heal();
        settle();
        assertSound();
    }

    /** Each batch of the salvage and of what follows may be the last one that a crash leaves. */
    @Test
    void a_crash_at_any_moment_of_the_repair_loses_nothing() {
        int crashes = 0;
        for (int after = 0; after < 30; after++) {
            world = new World(after);
            begin(BucketOptions.defaults());
            TestNode damaged = nodes.get(2);
            damage(damaged, Space.RECORDS, 8);
            int before = damaged.storage.batches();
            readAll(damaged);
            int upTo = before + after;
            if (after % 3 == 0) {
                damaged.storage.holdsSyncs = true;
            }
            for (int i = 0; i < 2_000 && damaged.storage.batches() < upTo; i++) {
                world.run(1);
            }
            crashes += damaged.storage.batches() >= upTo ? 1 : 0;
            damaged.kill();
            damaged.storage = damaged.storage.after(Math.min(upTo, damaged.storage.batches()));
            damaged.start();
            world.until(() -> damaged.ready);
            readAll(damaged);
            settle();
            assertSound();
        }
        assertThat(crashes).isGreaterThan(10);
    }

    @Test
    void all_replicas_in_doubt_give_each_other_what_they_can_read() {
        begin(BucketOptions.defaults());
        nodes.forEach(each -> damageKey(each, "k" + nodes.indexOf(each)));
        nodes.forEach(this::readAll);
        settle();
        assertSound();
    }

    @Test
    void a_damaged_seen_set_or_dot_log_is_no_loss_either() {
        for (int seed = 0; seed < 12; seed++) {
            world = new World(seed);
            begin(BucketOptions.defaults());
            TestNode damaged = nodes.get(seed % 3);
            damage(damaged, seed % 2 == 0 ? Space.META : Space.DOTS, 2 + seed);
            damaged.kill();
            damaged.start();
            world.until(() -> damaged.ready);
            world.run(5_000);
            nodes.forEach(this::readAll);
            settle();
            assertSound();
        }
    }

    @Test
    void a_replica_that_is_gone_from_the_disk_takes_itself_anew() {
        begin(BucketOptions.defaults());
        TestNode damaged = nodes.get(1);
        damaged.kill();
        damaged.storage.entries(Space.RECORDS).clear();
        damaged.storage.entries(Space.DOTS).clear();
        damaged.storage.entries(Space.META).keySet().removeIf(key -> "sur".indexOf(key.bytes()[0]) >= 0);
        damaged.start();
        settle();
        assertThat(damaged.events).hasAtLeastOneElementOfType(NodeEvent.ReplicaInDoubt.class);
        assertSound();
    }

    @Test
    void a_replica_without_peers_waits_until_its_loss_is_accepted() {
        nodes = world.cluster(1);
        TestNode node = nodes.get(0);
        bucket = node.bucket("b", BucketOptions.defaults());
        put();
        damageKey(node, "k1");
        readAll(node);
        settle();
        Answer<ReadResult> before = node.read(bucket, "k1", 1);
        world.until(before::ended);
        assertThat(before.failure).isNotNull();
        int[] told = new int[] {-1};
        node.node.acceptLoss(bucket, OptionalInt.empty(), count -> told[0] = count);
        world.until(() -> told[0] >= 0);
        assertThat(told[0]).isEqualTo(1);
        settle();
        assertThat(node.values(bucket, "k1", 1)).isEmpty();
        for (int i = 2; i < KEYS; i++) {
            assertThat(node.values(bucket, "k" + i, 1)).isEqualTo(expected(i));
        }
        assertThat(node.put(bucket, "k1", "again").failure).isNull();
        node.kill();
        node.start();
        world.until(() -> node.ready);
        assertThat(node.values(bucket, "k1", 1)).containsExactly("again");
    }

    @Test
    void the_planted_bugs_lose_what_was_written_or_bring_back_what_was_deleted() {
        for (PlantedBug bug : List.of(PlantedBug.TRUSTED_ABSENCE, PlantedBug.SKIPPED_ABSENCE)) {
            int wrong = 0;
            for (int seed = 0; seed < 8; seed++) {
                world = new World(seed);
                for (int i = 0; i < 3; i++) {
                    world.node(i).options = builder ->
                            builder.dotLogLimit(2).repairBatchBytes(300).plantedBug(bug);
                }
                begin(BucketOptions.defaults());
                TestNode damaged = nodes.get(2);
                world.isolate(damaged);
                for (int i = 0; i < KEYS; i += 4) {
                    nodes.get(0).delete(bucket, "k" + i);
                }
                world.run(3_000);
                damage(damaged, Space.RECORDS, 8);
                readAll(damaged);
                world.run(3_000);
                world.heal();
                settle();
                wrong += isSound(4) ? 0 : 1;
            }
            assertThat(wrong).as("%s", bug).isPositive();
        }
    }

    private void begin(BucketOptions options) {
        nodes = world.cluster(3);
        bucket = nodes.get(0).bucket("b", options);
        world.run(100);
        put();
        settle();
    }

    private void put() {
        for (int i = 0; i < KEYS; i++) {
            assertThat(nodes.get(i % nodes.size()).put(bucket, "k" + i, "v" + i).failure)
                    .isNull();
        }
        for (int i = 0; i < KEYS; i += 5) {
            assertThat(nodes.get(i % nodes.size()).delete(bucket, "k" + i).failure)
                    .isNull();
        }
    }

    private static List<String> expected(int key) {
        return key % 5 == 0 ? List.of() : List.of("v" + key);
    }

    /** Flips a bit in so many values of a space, all of them if there are fewer. */
    private static void damage(TestNode node, Space space, int count) {
        List<Map.Entry<ByteKey, byte[]>> entries = new ArrayList<>(node.storage.entries(space).entrySet().stream()
                .filter(entry ->
                        space != Space.META || "sro".indexOf(entry.getKey().bytes()[0]) >= 0)
                .filter(entry -> space != Space.META || entry.getKey().bytes().length > 12)
                .toList());
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count && !entries.isEmpty(); i++) {
            byte[] value = entries.remove(random.nextInt(entries.size())).getValue();
            value[random.nextInt(value.length)] ^= 4;
        }
    }

    private static void damageKey(TestNode node, String key) {
        node.storage.entries(Space.RECORDS).forEach((stored, value) -> {
            if (new String(stored.bytes(), 12, stored.bytes().length - 12, StandardCharsets.UTF_8).equals(key)) {
                value[value.length / 2] ^= 4;
            }
        });
    }

    private void readAll(TestNode node) {
        for (int i = 0; i < KEYS; i++) {
            Answer<ReadResult> answer = node.read(bucket, "k" + i, 1);
            world.until(answer::ended);
        }
    }

    private void settle() {
        world.run(25_000);
    }

    private static boolean has(TestNode node, Class<?> event) {
        return node.events.stream().anyMatch(event::isInstance);
    }

    private void assertSound() {
        for (TestNode node : nodes) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(node.values(bucket, "k" + i, 1))
                        .as("k" + i + " at " + node)
                        .isEqualTo(expected(i));
            }
            assertThat(node.replicas()).noneMatch(ReplicaSnapshot::inDoubt);
            assertThat(node.storage.entries(Space.META).keySet()).noneMatch(key -> key.bytes()[0] == 'd');
        }
        assertThat(views(nodes.get(1))).isEqualTo(views(nodes.get(0)));
        assertThat(views(nodes.get(2))).isEqualTo(views(nodes.get(0)));
    }

    /** Whether what the others hold after every so manieth key was deleted is what all hold. */
    private boolean isSound(int deleted) {
        for (TestNode node : nodes) {
            for (int i = 0; i < KEYS; i++) {
                List<String> expected = i % deleted == 0 ? List.of() : expected(i);
                Answer<ReadResult> answer = node.read(bucket, "k" + i, 1);
                world.until(answer::ended);
                if (answer.failure != null
                        || !answer.result.siblings().stream()
                                .map(each -> new String(each.value(), StandardCharsets.UTF_8))
                                .toList()
                                .equals(expected)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Map<String, String> views(TestNode node) {
        Map<String, String> views = new TreeMap<>();
        for (ReplicaSnapshot replica : node.replicas()) {
            views.put(replica.replica().toString(), replica.seen().toString());
            replica.records()
                    .forEach(entry -> views.put(
                            replica.replica() + " " + new String(entry.key(), StandardCharsets.UTF_8),
                            entry.record().toString()));
        }
        return views;
    }
}
