package io.whorl.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageException;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Steps of one lane that are stored together: what others see of them, and what becomes of them if they cannot be stored. */
class GroupCommitTest {
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());

    private final TestStorage storage = new TestStorage();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<String> said = new ArrayList<>();
    private final GroupCommit commits = new GroupCommit(new QueueLane(), storage, () -> said.add("doubt"));
    private final Replica replica = open(storage, commits, 0);
    private final Replica other = open(storage, commits, 1);

    @Test
    void steps_that_wait_together_are_one_batch_and_nothing_is_said_of_them_before_it_is_applied() {
        int before = storage.batches();
        put(replica, "k", "1");
        put(other, "k", "2");
        put(replica, "k", "3");
        assertThat(storage.batches()).isEqualTo(before);
        assertThat(said).isEmpty();
        run();
        assertThat(storage.batches()).isEqualTo(before + 1);
        assertThat(said).containsExactly("1", "2", "3");
        assertThat(values(replica, "k")).as("the third saw the first").containsExactly("3");
        assertThat(values(other, "k")).containsExactly("2");
    }

    @Test
    void whoever_looks_has_the_batch_applied_first_and_still_nothing_is_said() {
        int before = storage.batches();
        put(replica, "k", "1");
        assertThat(values(replica, "k")).containsExactly("1");
        assertThat(storage.batches()).isEqualTo(before + 1);
        assertThat(said).isEmpty();
        put(replica, "k", "2");
        assertThat(replica.seen().size()).isEqualTo(2);
        assertThat(storage.batches()).isEqualTo(before + 2);
        run();
        assertThat(said).containsExactly("1", "2");
    }

    @Test
    void what_looks_at_replicas_comes_after_the_outcomes_of_the_steps_before_it() {
        commits.afterwards(() -> said.add("at once"));
        put(replica, "k", "1");
        commits.afterwards(() -> said.add("look " + values(replica, "k")));
        put(replica, "k", "2");
        run();
        assertThat(said).containsExactly("at once", "1", "2", "look [2]");
    }

    @Test
    void a_full_disk_takes_all_steps_back_and_each_is_tried_alone() {
        put(replica, "k", "old");
        run();
        said.clear();
        storage.full = true;
        put(replica, "k", "1");
        put(other, "k", "2");
        run();
        assertThat(said).containsExactly("refused 1", "refused 2");
        storage.full = false;
        assertThat(values(replica, "k")).containsExactly("old");
        assertThat(values(other, "k")).isEmpty();
        assertThat(replica.seen().size()).isEqualTo(1);
        assertThat(replica.logged()).isEqualTo(replica.seen());
        Written made = replica.write(bytes("next"), new Write(bytes("v"), null, 0), 1);
        assertThat(made.dot().counter())
                .as("nobody has heard of the dots that were taken back")
                .isEqualTo(2);
    }

    @Test
    void what_cannot_be_read_when_steps_are_taken_back_puts_its_replica_in_doubt_and_no_other() {
        DotSet unseen = DotSet.of(new Dot(new Actor(9, 0, Role.REPLICA), 1));
        Record remnant = new Record(List.of(), unseen);
        replica.receive(List.of(new Arrival(bytes("remnant"), remnant, DotSet.empty())));
        put(other, "k", "old");
        run();
        said.clear();
        storage.entries(Space.RECORDS).forEach((key, value) -> {
            if (new String(key.bytes(), StandardCharsets.UTF_8).endsWith("remnant")) {
                value[value.length / 2] ^= 4;
            }
        });
        storage.full = true;
        put(replica, "k", "1");
        put(other, "k", "2");
        run();
        assertThat(said).containsExactly("doubt", "doubt", "refused 1", "refused 2");
        assertThat(replica.standing()).isEqualTo(Standing.UNREADABLE);
        storage.full = false;
        assertThat(values(other, "k")).containsExactly("old");
    }

    @Test
    void after_a_stop_nothing_is_stored_or_said_and_those_who_wait_to_look_are_let_go() {
        int before = storage.batches();
        put(replica, "k", "1");
        commits.afterwards(() -> said.add("let go"));
        commits.abandon();
        run();
        assertThat(said).containsExactly("let go");
        assertThat(storage.batches()).isEqualTo(before);
    }

    @Test
    void however_steps_are_grouped_they_leave_what_they_leave_one_by_one() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TestStorage alone = new TestStorage();
            TestStorage together = new TestStorage();
            GroupCommit group = new GroupCommit(new QueueLane(), together, () -> {});
            Replica one = open(alone, null, 0);
            Replica many = open(together, group, 0);
            for (int i = 0; i < 60; i++) {
                String key = "k" + random.nextInt(4);
                byte[] value = random.nextInt(4) == 0 ? null : bytes("v" + i);
                int stamp = i;
                one.write(bytes(key), new Write(value, null, 0), stamp);
                group.take(step("", () -> many.write(bytes(key), new Write(value, null, 0), stamp)));
                if (random.nextInt(5) == 0) {
                    run();
                }
            }
            run();
            assertThat(many.seen()).as("seed %d", seed).isEqualTo(one.seen());
            assertThat(many.logged()).isEqualTo(one.logged());
            for (int i = 0; i < 4; i++) {
                assertThat(many.excerpt(bytes("k" + i))).isEqualTo(one.excerpt(bytes("k" + i)));
            }
            assertThat(together.batches()).isLessThan(alone.batches());
        }
    }

    private void put(Replica where, String key, String value) {
        commits.take(step(value, () -> where.write(bytes(key), new Write(bytes(value), null, 0), 1)));
    }

    private GroupCommit.Step step(String name, Runnable change) {
        return new GroupCommit.Step() {
            @Override
            public void change() {
                change.run();
            }

            @Override
            public void committed() {
                said.add(name);
            }

            @Override
            public void refused(RuntimeException cause) {
                assertThat(cause).isInstanceOfAny(StorageException.class, InDoubtException.class);
                said.add("refused " + name);
            }
        };
    }

    private void run() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    private static List<String> values(Replica where, String key) {
        return where.excerpt(bytes(key)).record().siblings().stream()
                .map(sibling -> new String(sibling.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static Replica open(TestStorage storage, GroupCommit group, int partition) {
        Replica replica = Replica.open(
                new ReplicaId(1, partition),
                BUCKET,
                storage,
                new Actor(7, 0, Role.REPLICA),
                ClosedRuns.none(),
                Optional.empty());
        if (group != null) {
            replica.commitWith(group);
        }
        return replica;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Tasks wait until the test runs them. */
    private final class QueueLane implements Lane {
        @Override
        public boolean offer(Runnable task) {
            return waiting.add(task);
        }

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return () -> {};
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    }
}
