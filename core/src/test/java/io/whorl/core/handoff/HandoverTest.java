package io.whorl.core.handoff;

import static io.whorl.core.handoff.HintFixtures.dot;
import static io.whorl.core.handoff.HintFixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.NodeEvent;
import io.whorl.core.handoff.FallbackCluster.Kept;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Role;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hints between real nodes: a holder that was away gets what a fallback has kept for it, and then there is silence. */
class HandoverTest {
    private final World world = new World(7);
    private final FallbackCluster cluster = new FallbackCluster(world);

    @Test
    void a_node_that_was_away_gets_its_hints_and_the_fallback_has_none_left() {
        cluster.start(builder -> builder);
        world.isolate(cluster.target);
        for (int i = 1; i <= 20; i++) {
            cluster.keep("k" + i, i);
        }
        world.run(3_000);
        assertThat(world.count(HintMessage.HandOver.class)).isZero();
        assertThat(cluster.fallback.node.hintBudget().targets())
                .extracting(HintBudget.TargetHints::count)
                .containsExactly(20L);

        world.heal();
        world.until(() -> cluster.hints() == 0);

        for (int i = 1; i <= 20; i++) {
            assertThat(cluster.valuesAtTarget("k" + i)).containsExactly("v" + i);
        }
        assertThat(cluster.fallback.events)
                .contains(new NodeEvent.HintsHandedOver(cluster.target.id().toString(), 20));
        assertThat(cluster.fallback.node.meters().get(Counter.HINTS_HANDED_OVER))
                .isEqualTo(20);
        assertThat(cluster.target.node.meters().get(Counter.HINTS_TAKEN_OVER)).isEqualTo(20);
        assertThat(cluster.fallback.node.hintBudget().bytes()).isZero();
        assertThat(cluster.fallback.storage.entries(Space.HINTS)).isEmpty();
        long sent = world.count(HintMessage.class);
        world.run(60_000);
        assertThat(world.count(HintMessage.class)).as("silence").isEqualTo(sent);
    }

    @Test
    void a_hint_for_a_node_that_can_be_reached_goes_there_soon() {
        cluster.start(builder -> builder);
        cluster.keep("k", 1);
        world.until(() -> cluster.target.node.meters().get(Counter.HINTS_TAKEN_OVER) == 1);
        assertThat(cluster.valuesAtTarget("k")).containsExactly("v1");
        world.until(() -> cluster.hints() == 0);
    }

    @Test
    void lost_batches_and_lost_answers_are_made_up_for() {
        cluster.start(builder -> builder);
        AtomicInteger losing = new AtomicInteger(3);
        world.loses = message -> (message.is(HintMessage.HandedOver.class) || message.is(HintMessage.HandOver.class))
                && losing.getAndDecrement() > 0;
        cluster.keep("k", 1);
        world.until(() -> cluster.hints() == 0 && losing.get() < 0);
        assertThat(cluster.valuesAtTarget("k")).containsExactly("v1");
        assertThat(cluster.fallback.node.meters().get(Counter.HINT_BATCHES_FAILED))
                .isEqualTo(3);
    }

    @Test
    void a_late_or_repeated_answer_does_not_remove_a_newer_hint() {
        cluster.start(builder -> builder);
        world.holds = message -> message.is(HintMessage.HandedOver.class);
        cluster.keep("k", 1);
        world.until(() -> !world.held.isEmpty());
        List<Sent> late = List.copyOf(world.held);
        world.held.clear();
        cluster.keep("k", 2);
        late.forEach(world::deliver);
        late.forEach(world::deliver);
        world.run(10);
        assertThat(cluster.hints()).isEqualTo(1);
        world.holds = message -> false;
        world.release();
        world.until(() -> cluster.hints() == 0);
        assertThat(cluster.valuesAtTarget("k")).containsExactly("v1", "v2");
    }

    @Test
    void an_answer_that_comes_after_all_patience_still_counts() {
        cluster.start(builder -> builder);
        world.holds = message -> message.is(HintMessage.HandedOver.class);
        cluster.keep("k", 1);
        world.until(() -> cluster.fallback.node.meters().get(Counter.HINT_BATCHES_FAILED) == 2);
        List<Sent> late = List.copyOf(world.held);
        late.subList(0, 1).forEach(world::deliver);
        world.run(10);
        assertThat(cluster.hints()).isZero();
    }

    @Test
    void a_restarted_fallback_hands_over_what_it_kept_before() {
        cluster.start(builder -> builder);
        world.isolate(cluster.target);
        cluster.keep("k", 1);
        world.run(500);
        cluster.fallback.crash();
        cluster.fallback.start();
        world.heal();
        world.until(() -> cluster.target.node.meters().get(Counter.HINTS_TAKEN_OVER) == 1);
        assertThat(cluster.valuesAtTarget("k")).containsExactly("v1");
        world.until(() -> cluster.hints() == 0);
    }

    @Test
    void the_planted_bug_forgets_them() {
        cluster.start(builder -> builder.plantedBug(PlantedBug.HINTS_FORGOTTEN_ON_RESTART));
        world.isolate(cluster.target);
        cluster.keep("k", 1);
        world.run(500);
        cluster.fallback.crash();
        cluster.fallback.start();
        world.heal();
        world.run(30_000);
        assertThat(world.count(HintMessage.HandOver.class)).isZero();
    }

    @Test
    void the_receiver_answers_only_once_the_hints_are_durable_there() {
        cluster.start(builder -> builder);
        cluster.target.storage.holdsSyncs = true;
        cluster.keep("k", 1);
        world.until(() -> cluster.target.node.meters().get(Counter.HINTS_TAKEN_OVER) == 1);
        world.run(100);
        assertThat(world.count(HintMessage.HandedOver.class)).isZero();
        cluster.target.storage.holdsSyncs = false;
        cluster.target.storage.finishSyncs();
        world.until(() -> cluster.hints() == 0);
        assertThat(world.count(HintMessage.HandedOver.class)).isEqualTo(1);
    }

    @Test
    void the_planted_bug_answers_before() {
        cluster.start(builder -> builder.plantedBug(PlantedBug.HINT_DELETED_BEFORE_DURABLE));
        cluster.target.storage.holdsSyncs = true;
        cluster.keep("k", 1);
        world.until(() -> world.count(HintMessage.HandedOver.class) == 1);
        assertThat(cluster.target.storage.durable()).isLessThan(cluster.target.storage.batches());
    }

    @Test
    void many_hints_go_in_batches_of_one_replica_each_in_key_order() {
        cluster.start(builder -> builder.hints(HintOptions.DEFAULT.withBatchBytes(1_000)));
        world.isolate(cluster.target);
        for (int i = 1; i <= 200; i++) {
            cluster.keep("k" + i, i);
        }
        world.heal();
        world.until(() -> cluster.hints() == 0);
        List<HintMessage.HandOver> batches = world.sent.stream()
                .filter(message -> message.is(HintMessage.HandOver.class))
                .map(message -> (HintMessage.HandOver) message.envelope().message())
                .toList();
        assertThat(batches).hasSizeGreaterThan(10);
        for (HintMessage.HandOver batch : batches) {
            assertThat(HintFixtures.keys(batch.hints().stream())).isSorted();
            assertThat(batch.hints()).hasSizeLessThan(60);
        }
        assertThat(batches.stream().mapToInt(batch -> batch.hints().size()).sum())
                .as("each hint goes once")
                .isEqualTo(200);
    }

    @Test
    void a_target_that_takes_long_gets_the_next_batch_as_much_later() {
        cluster.start(builder -> builder.hints(HintOptions.DEFAULT.withBatchBytes(1)));
        world.isolate(cluster.target);
        cluster.keep("k1", 1);
        cluster.keep(cluster.keyOfTheSamePartition("k1"), 2);
        cluster.target.storage.holdsSyncs = true;
        world.heal();
        world.until(() -> world.count(HintMessage.HandOver.class) == 1);
        world.run(400);
        cluster.target.storage.holdsSyncs = false;
        cluster.target.storage.finishSyncs();
        world.run(300);
        assertThat(cluster.hints()).isEqualTo(1);
        assertThat(world.count(HintMessage.HandOver.class)).isEqualTo(1);
        world.until(() -> cluster.hints() == 0);
    }

    @Test
    void a_target_that_refuses_is_left_alone_for_longer_and_longer() {
        cluster.start(builder -> builder);
        cluster.target.storage.full = true;
        cluster.keep("k", 1);
        world.run(120_000);
        assertThat(world.count(HintMessage.HandOver.class)).isBetween(5L, 13L);
        cluster.target.storage.full = false;
        world.until(() -> cluster.hints() == 0);
        assertThat(cluster.valuesAtTarget("k")).containsExactly("v1");
    }

    @Test
    void a_replica_in_doubt_does_not_hold_up_the_others() {
        cluster.start(builder -> builder);
        world.isolate(cluster.target);
        Kept doubted = cluster.keep("k1", 1);
        String other = cluster.keyOfAnotherPartition("k1");
        cluster.keep(other, 2);
        cluster.damageTarget(doubted.replica());
        world.heal();
        world.until(() -> cluster.hints() == 1);
        assertThat(cluster.valuesAtTarget(other)).containsExactly("v2");
    }

    @Test
    void past_the_bound_a_hint_is_refused_to_its_coordinator() {
        cluster.start(builder -> builder.hints(HintOptions.DEFAULT.withBounds(300, 10_000)));
        world.isolate(cluster.target);
        for (int i = 1; i <= 10; i++) {
            cluster.keep("k" + i, i);
        }
        assertThat(cluster.refusals()).isNotEmpty().containsOnly(Refusal.HINTS_FULL);
        assertThat(cluster.fallback.node.meters().get(Counter.HINTS_REFUSED))
                .isEqualTo(cluster.refusals().size());
        assertThat(world.count(ReplicaMessage.Acknowledge.class))
                .isEqualTo(10 - cluster.refusals().size());
    }

    @Test
    void a_hint_names_no_write_that_the_fallback_has_not_made() {
        cluster.start(builder -> builder);
        Dot impossible = new Dot(new Actor(cluster.fallback.node.run(), 0, Role.FALLBACK), 3);
        cluster.keep("k", record(dot(1), "v"), DotSet.of(impossible));
        world.until(() -> cluster.fallback.stopReason != null);
        assertThat(cluster.fallback.stopReason).contains("another process acts under this node's name");
    }
}
