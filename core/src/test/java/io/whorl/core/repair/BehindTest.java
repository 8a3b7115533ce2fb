package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.api.NodeEvent;
import io.whorl.api.Quorums;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine.Opened;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loss of power takes back what ASYNC replicas acknowledged: strict reads wait until it has come back from the peers. */
class BehindTest {
    private static final BucketOptions STRICT =
            BucketOptions.builder().quorums(Quorums.STRICT).build();
    private static final BucketOptions FSYNC = BucketOptions.builder()
            .quorums(Quorums.STRICT)
            .durability(Durability.FSYNC)
            .build();

    private final World world = new World(3);
    private List<TestNode> nodes;
    private BucketDefinition bucket;

    @Test
    void strict_reads_wait_until_a_restarted_replica_has_caught_up_and_sloppy_ones_do_not() {
        start(STRICT);
        losePower();
        cutOff();
        Answer<ReadResult> strict = nodes.get(1).read(bucket, "k", 3);
        world.until(strict::ended);
        assertThat(strict.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(strict.failure.detail()).contains("NOT_CAUGHT_UP");
        Answer<ReadResult> own = nodes.get(2).read(bucket, "k", 3);
        world.until(own::ended);
        assertThat(own.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        world.loses = message -> false;
        world.run(20_000);
        assertThat(nodes.get(2).events).hasAtLeastOneElementOfType(NodeEvent.ReplicaCaughtUp.class);
        assertThat(nodes.get(2).values(bucket, "k", 3)).containsExactly("v");
        assertThat(nodes.get(2).storage.entries(Space.META).keySet()).noneMatch(key -> key.bytes()[0] == 'd');
    }

    @Test
    void sloppy_reads_are_answered_at_once() {
        start(BucketOptions.defaults());
        losePower();
        cutOff();
        assertThat(nodes.get(1).values(bucket, "k", 3)).containsExactly("v");
    }

    @Test
    void a_second_death_of_the_process_does_not_make_it_trustworthy() {
        start(STRICT);
        losePower();
        cutOff();
        nodes.get(2).kill();
        assertThat(nodes.get(2).storage.opened).isEqualTo(Opened.PROCESS_DIED);
        nodes.get(2).start();
        world.until(() -> nodes.get(2).ready);
        Answer<ReadResult> strict = nodes.get(1).read(bucket, "k", 3);
        world.until(strict::ended);
        assertThat(strict.failure).isNotNull();
    }

    @Test
    void what_was_acknowledged_with_fsync_is_there_after_a_loss_of_power() {
        start(FSYNC);
        losePower();
        cutOff();
        assertThat(nodes.get(2).values(bucket, "k", 3)).containsExactly("v");
    }

    @Test
    void the_death_of_a_process_alone_takes_nothing_back() {
        start(STRICT);
        nodes.get(2).kill();
        nodes.get(2).start();
        world.until(() -> nodes.get(2).ready);
        cutOff();
        assertThat(nodes.get(2).values(bucket, "k", 3)).containsExactly("v");
    }

    @Test
    void the_planted_bug_reads_what_was_lost() {
        world.node(2).options = builder -> builder.plantedBug(PlantedBug.STRICT_READ_BEFORE_CAUGHT_UP);
        start(STRICT);
        nodes.get(2).storage.holdsSyncs = true;
        assertThat(nodes.get(2).put(bucket, "k", "w").failure).isNull();
        losePower();
        cutOff();
        assertThat(nodes.get(2).storage.entries(Space.META).keySet()).anyMatch(key -> key.bytes()[0] == 'd');
        Answer<ReadResult> own = nodes.get(2).read(bucket, "k", 1);
        world.until(own::ended);
        assertThat(own.failure).as("answered, with what was there before").isNull();
    }

    private void start(BucketOptions options) {
        nodes = world.cluster(3);
        bucket = nodes.get(0).bucket("b", options);
        world.run(200);
        assertThat(nodes.get(0).put(bucket, "k", "v").failure).isNull();
        world.run(10_000);
    }

    private void losePower() {
        nodes.get(2).crash();
        world.loses = message -> isRepair(message) && (message.from() == nodes.get(2) || message.to() == nodes.get(2));
        nodes.get(2).start();
        world.until(() -> nodes.get(2).ready);
    }

    private void cutOff() {
        world.loses = message -> isRepair(message) && (message.from() == nodes.get(2) || message.to() == nodes.get(2));
        world.run(1_000);
    }

    private static boolean isRepair(World.Sent message) {
        return message.is(io.whorl.core.message.RepairMessage.class)
                || message.is(ReplicaMessage.Pull.class)
                || message.is(ReplicaMessage.PullAnswer.class);
    }
}
