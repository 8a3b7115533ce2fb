package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One timer serves all requests of a lane. */
class DeadlinesTest {
    private final World world = new World(1);

    /** A request that nobody answers, and when it has to end. */
    private record Waiting(Answer<WriteResult> answer, long deadline) {}

    private static Waiting begin(World world, TestNode node, BucketDefinition bucket, String key, long timeout) {
        Answer<WriteResult> answer = new Answer<>();
        Write write = new Write(key.getBytes(StandardCharsets.UTF_8), null, 0);
        node.node.write(bucket, key.getBytes(StandardCharsets.UTF_8), write, RequestOptions.of(2, timeout), answer);
        return new Waiting(answer, world.now() + timeout);
    }

    @Test
    void none_ends_before_its_deadline_and_all_soon_after_in_whatever_order_they_were_begun() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.Acknowledge.class);
        SplittableRandom random = new SplittableRandom(1);
        List<Waiting> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long timeout = (100 + random.nextInt(400)) * World.MILLISECOND + random.nextInt(1_000_000);
            all.add(begin(world, nodes.get(0), bucket, "k" + i, timeout));
        }
        for (int millis = 0; millis < 600; millis++) {
            world.run(1);
            for (Waiting each : all) {
                if (each.answer.ended()) {
                    assertThat(world.now()).isGreaterThanOrEqualTo(each.deadline);
                } else {
                    assertThat(world.now()).isLessThanOrEqualTo(each.deadline + Deadlines.SLACK_NANOS);
                }
            }
        }
        assertThat(all)
                .allSatisfy(each -> assertThat(each.answer.failure.kind()).isEqualTo(Kind.TIMED_OUT));
    }

    @Test
    void one_that_is_begun_later_and_ends_earlier_does_not_wait_for_the_others() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.Acknowledge.class);
        Waiting late = begin(world, nodes.get(0), bucket, "k", 1_000 * World.MILLISECOND);
        world.run(5);
        Waiting early = begin(world, nodes.get(0), bucket, "k", 10 * World.MILLISECOND);
        world.until(early.answer::ended);
        assertThat(world.now()).isEqualTo(early.deadline);
        assertThat(late.answer.ended()).isFalse();
        world.until(late.answer::ended);
        assertThat(world.now()).isEqualTo(late.deadline);
    }
}
