package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A record's context may name events that no replica has in its seen-set, because who made them lost them. What such a context
 * superseded at one replica has to go at the others too, although no comparison of seen-sets asks for it.
 */
class UnseenContextTest {
    private final World world = new World(9);

    @Test
    void a_delete_that_only_a_read_repair_has_carried_reaches_every_replica() {
        List<TestNode> nodes = lostDelete();
        world.run(20_000);

        assertAlike(nodes);
        assertThat(nodes.get(1).replicas().stream()
                        .mapToLong(each -> siblings(each))
                        .sum())
                .as("the delete took effect where it was read, and so everywhere")
                .isZero();
    }

    @Test
    void then_there_is_silence() {
        lostDelete();
        world.run(20_000);
        int before = world.sent.size();
        world.run(60_000);

        assertThat(world.sent.subList(before, world.sent.size())).noneMatch(CatchingUpTest.REPAIR);
    }

    /**
     * A deletes; nobody hears of it but B, by a read that repairs B's record; then A loses its disk's last batches. B holds a
     * record without values that names the delete, C the value, and all have seen the same.
     */
    private List<TestNode> lostDelete() {
        world.node(0).options = builder -> builder.syncInterval(3_600_000 * World.MILLISECOND);
        List<TestNode> nodes = world.cluster(3);
        TestNode a = nodes.get(0);
        TestNode b = nodes.get(1);
        TestNode c = nodes.get(2);
        BucketDefinition bucket = b.bucket("b", BucketOptions.defaults());
        world.run(100);
        b.put(bucket, "k", "v");
        world.run(20_000);
        int synced = a.storage.batches();

        world.loses = message -> isRepair(message)
                || message.is(ReplicaMessage.Replicate.class)
                        && !((ReplicaMessage.Replicate) message.envelope().message())
                                .announced()
                                .isEmpty();
        a.write(bucket, "k", new Write(null, null, 0), 1);
        world.run(5);
        world.loses = message -> isRepair(message) || message.from() == c || message.to() == c;
        assertThat(a.values(bucket, "k", 2)).isEmpty();
        world.run(20);
        a.kill();
        a.storage = a.storage.after(synced);
        world.loses = message -> false;
        a.start();
        return nodes;
    }

    private static boolean isRepair(Sent message) {
        return message.is(ReplicaMessage.Pull.class) || message.is(ReplicaMessage.PullAnswer.class);
    }

    private static long siblings(ReplicaSnapshot replica) {
        return replica.records().stream()
                .mapToLong(each -> each.record().siblings().size())
                .sum();
    }

    private static void assertAlike(List<TestNode> nodes) {
        List<String> views = new ArrayList<>();
        for (TestNode node : nodes) {
            StringBuilder view = new StringBuilder();
            for (ReplicaSnapshot replica : node.replicas()) {
                view.append(replica.replica()).append(replica.seen());
                for (ReplicaSnapshot.KeyedRecord each : replica.records()) {
                    Record record = each.record();
                    view.append('\n').append(record.siblings()).append(record.context());
                }
            }
            views.add(view.toString());
        }
        assertThat(views.get(1)).isEqualTo(views.get(0));
        assertThat(views.get(2)).isEqualTo(views.get(0));
    }
}
