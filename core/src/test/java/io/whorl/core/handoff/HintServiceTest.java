package io.whorl.core.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does for others as a fallback. */
class HintServiceTest {
    private final World world = new World(8);
    private final FallbackCluster cluster = new FallbackCluster(world);

    @BeforeEach
    void start() {
        cluster.start(builder -> builder);
        world.isolate(cluster.target);
    }

    private void read(String key, boolean values, boolean strict) {
        ReplicaId id = cluster.replica(key);
        cluster.say(
                cluster.fallback,
                new ReplicaMessage.Read(
                        5, id, cluster.bucket.fingerprint(), TestNode.bytes(key), values, strict, 1_000_000));
        world.run(10);
    }

    @Test
    void a_sloppy_read_is_answered_with_what_is_kept_and_claims_nothing_else() {
        String key = cluster.key("k");
        cluster.keep(key, 1);
        read(key, true, false);
        ReplicaMessage.ReadAnswer answer =
                cluster.answers(ReplicaMessage.ReadAnswer.class).get(0);
        assertThat(HintFixtures.values(answer.record())).containsExactly("v1");
        assertThat(answer.bases()).isEqualTo(DotSet.empty());

        read(key, false, false);
        assertThat(cluster.answers(ReplicaMessage.ReadAnswer.class).get(1).record())
                .isEqualTo(answer.record().withheld());
        read(cluster.key("nothing"), true, false);
        assertThat(cluster.answers(ReplicaMessage.ReadAnswer.class).get(2).record())
                .isEqualTo(Record.empty());
        assertThat(cluster.fallback.node.meters().get(Counter.HINT_READS)).isEqualTo(3);
    }

    @Test
    void a_strict_read_is_for_holders_only() {
        String key = cluster.key("k");
        cluster.keep(key, 1);
        read(key, true, true);
        assertThat(cluster.refusals()).containsExactly(Refusal.NOT_A_HOLDER);
    }

    @Test
    void what_assumes_another_bucket_is_refused() {
        String key = cluster.key("k");
        ReplicaId id = cluster.replica(key);
        for (ReplicaId assumed : List.of(id, new ReplicaId(999, id.partition()))) {
            cluster.say(
                    cluster.fallback,
                    new HintMessage.Keep(
                            1,
                            assumed,
                            1,
                            cluster.target.id(),
                            TestNode.bytes(key),
                            Record.empty(),
                            DotSet.empty(),
                            DotSet.empty(),
                            0));
            world.run(10);
        }
        assertThat(cluster.refusals()).containsExactly(Refusal.BUCKET_MISMATCH, Refusal.UNKNOWN_BUCKET);
    }

    @Test
    void a_hint_for_the_fallback_itself_is_refused() {
        String key = cluster.key("k");
        cluster.say(
                cluster.fallback,
                new HintMessage.Keep(
                        1,
                        cluster.replica(key),
                        cluster.bucket.fingerprint(),
                        cluster.fallback.id(),
                        TestNode.bytes(key),
                        Record.empty(),
                        DotSet.empty(),
                        DotSet.empty(),
                        0));
        world.run(10);
        assertThat(cluster.refusals()).containsExactly(Refusal.NOT_A_HOLDER);
    }

    @Test
    void a_full_disk_refuses_a_hint() {
        cluster.fallback.storage.full = true;
        cluster.keep("k", 1);
        assertThat(cluster.refusals()).containsExactly(Refusal.STORAGE_FULL);
    }

    @Test
    void a_hint_that_need_not_be_synced_at_once_is_synced_soon() {
        cluster.keep("k", 1);
        assertThat(cluster.answers(ReplicaMessage.Acknowledge.class)).hasSize(1);
        world.run(500);
        assertThat(cluster.fallback.storage.durable()).isEqualTo(cluster.fallback.storage.batches());
    }

    @Test
    void with_fsync_a_hint_is_acknowledged_once_it_is_durable() {
        World other = new World(9);
        FallbackCluster synced = new FallbackCluster(other);
        synced.start(
                builder -> builder,
                BucketOptions.builder().durability(Durability.FSYNC).build());
        other.isolate(synced.target);
        synced.fallback.storage.holdsSyncs = true;
        synced.keep("k", 1);
        assertThat(synced.answers(ReplicaMessage.Acknowledge.class)).isEmpty();
        synced.fallback.storage.holdsSyncs = false;
        synced.fallback.storage.finishSyncs();
        other.run(10);
        assertThat(synced.answers(ReplicaMessage.Acknowledge.class)).hasSize(1);
    }
}
