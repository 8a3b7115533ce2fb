package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final int FIRST = 20;
    private static final int BYTES = 10_000;

    private final World world = new World(5);
    private final List<TestNode> nodes = new ArrayList<>();
    private BucketDefinition bucket;

    private void start() {
        for (int i = 0; i < 3; i++) {
            TestNode node = world.node(i);
            node.lanes = 1;
            node.options = options -> options.admission(
                    new AdmissionLimits(4, FIRST, 100, BYTES, 100 * World.MILLISECOND, 100 * World.MILLISECOND));
            nodes.add(node);
        }
        world.cluster(3);
        bucket = nodes.get(0).bucket("b", BucketOptions.builder().replicas(3).build());
        world.run(1_000);
    }

    private Answer<WriteResult> write(int number, int bytes) {
        return nodes.get(0).write(bucket, "key " + number, new Write(new byte[bytes], null, 0), 0);
    }

    private AdmissionSnapshot snapshot() {
        return nodes.get(0).node.admissions().get(0);
    }

    private static void requireRefused(Answer<?> answer) {
        assertThat(answer.ended()).isTrue();
        assertThat(answer.failure.kind()).isEqualTo(Failure.Kind.OVERLOADED);
        assertThat(answer.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(answer.failure.count()).isBetween(World.MILLISECOND, 10_000 * World.MILLISECOND);
    }

    @Test
    void the_time_that_a_request_waits_for_its_lane_counts() {
        start();
        TestNode slow = nodes.get(0);
        slow.taskNanos = TestNode.TIMEOUT * 2 / 3;
        long begun = world.now();
        Answer<WriteResult> first = write(1, 10);
        Answer<WriteResult> second = write(2, 10);
        world.until(second::ended);
        assertThat(world.now() - begun).isEqualTo(2 * slow.taskNanos);
        requireRefused(second);
        world.until(first::ended);
        assertThat(world.now() - begun)
                .as("with its deadline, not that much after its turn")
                .isLessThanOrEqualTo(2 * slow.taskNanos);
        slow.taskNanos = 0;
        assertThat(nodes.get(1).values(bucket, "key 2", 2)).isEmpty();
    }

    @Test
    void refuses_at_once_what_is_more_than_may_be_under_way_and_lets_in_again_what_comes_after_an_end() {
        start();
        List<Answer<WriteResult>> writes = new ArrayList<>();
        for (int i = 0; i < FIRST; i++) {
            writes.add(write(i, 10));
        }
        assertThat(snapshot()).isEqualTo(new AdmissionSnapshot(FIRST, FIRST));
        requireRefused(write(FIRST, 10));
        requireRefused(nodes.get(0).read(bucket, "key 0", 0));
        world.until(() -> writes.stream().allMatch(Answer::ended));
        assertThat(writes).allSatisfy(write -> assertThat(write.failure).isNull());
        assertThat(snapshot().underWay()).isZero();
        assertThat(nodes.get(0).put(bucket, "after", "value").failure).isNull();
        assertThat(nodes.get(0).values(bucket, "key " + FIRST, 3)).isEmpty();
    }

    @Test
    void refuses_what_would_be_too_many_bytes_but_never_a_request_that_comes_alone() {
        start();
        Answer<WriteResult> huge = write(0, 3 * BYTES);
        assertThat(huge.failure).isNull();
        requireRefused(write(1, 10));
        world.until(huge::ended);
        assertThat(huge.failure).isNull();
        Answer<WriteResult> half = write(2, BYTES / 2);
        requireRefused(write(3, BYTES));
        Answer<WriteResult> quarter = write(4, BYTES / 4);
        world.until(() -> half.ended() && quarter.ended());
        assertThat(half.failure).isNull();
        assertThat(quarter.failure).isNull();
    }

    @Test
    void what_fails_leaves_too() {
        start();
        nodes.get(1).kill();
        nodes.get(2).kill();
        world.run(100);
        List<Answer<ReadResult>> reads = new ArrayList<>();
        for (int i = 0; i < 2 * FIRST; i++) {
            reads.add(nodes.get(0).read(bucket, "key", 3));
        }
        world.until(() -> reads.stream().allMatch(Answer::ended));
        assertThat(reads).allSatisfy(read -> assertThat(read.failure).isNotNull());
        assertThat(snapshot().underWay()).isZero();
    }

    @Test
    void lets_in_less_while_the_lane_is_behind_and_as_much_as_before_soon_after() {
        start();
        nodes.forEach(node -> node.taskNanos = 20 * World.MILLISECOND);
        for (int i = 0; i < 3_000; i++) {
            write(i, 10);
            world.run(1);
        }
        assertThat(snapshot().limit()).isLessThan(FIRST);
        nodes.forEach(node -> node.taskNanos = 0);
        world.run(5_000);
        for (int i = 0; i < 3_000; i++) {
            nodes.get(0).read(bucket, "key", 0);
            world.run(1);
        }
        assertThat(snapshot().limit()).isGreaterThanOrEqualTo(FIRST);
    }
}
