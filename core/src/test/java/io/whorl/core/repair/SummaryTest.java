package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.repair.RepairBench.Sent;
import io.whorl.core.repair.RepairBench.Side;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What two nodes tell each other of all their replicas: no more than has changed, and nothing when nothing has. */
class SummaryTest {
    private static final int PARTITIONS = 64;
    private RepairBench bench = new RepairBench(2, PARTITIONS);
    private Side a;
    private Side b;

    private void start() {
        bench.start();
        a = bench.sides.get(0);
        b = bench.sides.get(1);
    }

    @Test
    void a_write_that_nobody_sent_comes_by_a_pull_and_then_there_is_silence() {
        start();
        a.put(3, "k", "v");
        bench.run(6);
        assertAlike("a write");
        assertThat(bench.count(ReplicaMessage.Pull.class)).isOne();
        assertThat(a.replica(3).logged().isEmpty()).isTrue();
        int before = bench.sent.size();
        bench.run(50);
        assertThat(since(before)).isEmpty();
    }

    @Test
    void two_that_have_seen_the_same_meet_again_with_fingerprints_only() {
        start();
        for (int i = 0; i < PARTITIONS; i++) {
            a.put(i, "k" + i, "v");
            b.put(i, "l" + i, "v");
        }
        bench.run(10);
        int before = bench.sent.size();
        b.crash();
        b.start();
        bench.run(0.5);
        b.meet(a);
        bench.run(10);

        assertThat(told(since(before))).isZero();
        assertThat(since(before)).noneMatch(each -> each.is(ReplicaMessage.Pull.class));
        assertThat(since(before)).as("a question and its answer each way").hasSize(4);
        for (ReplicaId replica : b.replicas.keySet()) {
            assertThat(b.repair.caughtUp(replica, a.id)).isTrue();
            assertThat(a.repair.caughtUp(replica, b.id)).isTrue();
        }
    }

    @Test
    void a_connection_that_was_lost_for_a_moment_costs_nothing() {
        start();
        a.put(1, "k", "v");
        bench.run(6);
        int before = bench.sent.size();
        a.part(b);
        bench.run(3);
        a.meet(b);
        bench.run(10);
        assertThat(since(before)).isEmpty();
    }

    @Test
    void what_replication_brings_in_time_is_never_asked_for() {
        start();
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < PARTITIONS; i++) {
                a.put(i, "k", "v" + round);
                replicate(i, "k");
            }
            bench.run(0.3);
        }
        bench.run(5);
        assertThat(bench.count(ReplicaMessage.Pull.class)).isZero();
        assertThat(bench.count(RepairMessage.Summary.class))
                .as("one a round and side, and the meeting")
                .isLessThanOrEqualTo(2 * (15 + 5 + 2));
        assertAlike("replicated");
    }

    @Test
    void a_peer_that_was_not_ready_to_listen_is_told_again_when_it_speaks() {
        start();
        bench.run(3);
        b.kill();
        a.put(7, "k", "v");
        bench.run(1);
        bench.loses = each -> true;
        b.start();
        b.meet(a);
        b.repair.disconnected(a.id);
        bench.run(0.9);
        bench.loses = each -> false;
        bench.run(0.2);
        assertThat(b.replica(7).seen()).isEqualTo(a.replica(7).seen());
    }

    @Test
    void only_what_was_added_is_told() {
        start();
        for (int i = 0; i < 500; i++) {
            a.put(0, "k" + i, "v");
        }
        bench.run(6);
        int before = bench.sent.size();
        a.put(0, "k", "v");
        bench.run(6);
        since(before).stream()
                .filter(each -> each.message() instanceof RepairMessage.Summary)
                .flatMap(each -> ((RepairMessage.Summary) each.message()).sections().stream())
                .flatMap(section -> section.told().stream())
                .forEach(told -> assertThat(told.seen().size()).isLessThanOrEqualTo(1));
    }

    @Test
    void a_failed_replication_is_made_up_for_before_the_next_round() {
        start();
        bench.run(5.1);
        a.put(7, "k", "v");
        a.repair.replicationFailed(b.id, new ReplicaId(bench.bucket.number(), 7));
        bench.run(0.3);
        assertThat(b.replica(7).seen()).isEqualTo(a.replica(7).seen());
    }

    /** The two came to a change of the slots by different ways: one of them has missed an epoch, or sees the other come in. */
    @Test
    void who_forgets_a_peer_at_a_change_of_the_slots_is_told_again_by_it() {
        bench = new RepairBench(3, PARTITIONS);
        start();
        Side c = bench.sides.get(2);
        a.part(c);
        b.part(c);
        a.put(7, "k", "v");
        bench.run(6);
        assertThat(b.replica(7).logged().isEmpty()).as("the third lacks it").isFalse();

        ReplicaId id = new ReplicaId(bench.bucket.number(), 7);
        TreeSet<NodeId> nobody = new TreeSet<>();
        TreeSet<NodeId> onlyA = new TreeSet<>(List.of(a.id));
        TreeSet<NodeId> onlyB = new TreeSet<>(List.of(b.id));
        b.repair.peers(id, new Peers(onlyA, onlyA, onlyA, onlyA));
        bench.run(1.5);
        a.repair.peers(id, new Peers(onlyB, onlyB, onlyB, nobody));
        bench.run(6);
        assertThat(a.replica(7).logged().isEmpty()).isTrue();
        assertThat(b.replica(7).logged().isEmpty()).isTrue();
        int before = bench.sent.size();
        bench.run(50);
        assertThat(since(before)).isEmpty();
    }

    @Test
    void a_replica_that_began_anew_is_told_and_asked_everything() {
        start();
        a.put(7, "k", "v");
        bench.run(6);
        ReplicaId id = new ReplicaId(bench.bucket.number(), 7);
        assertThat(b.repair.caughtUp(id, a.id)).isTrue();
        b.repair.anew(id);
        assertThat(b.repair.caughtUp(id, a.id)).isFalse();
        bench.run(5);
        assertThat(b.repair.caughtUp(id, a.id)).isTrue();
        b.put(7, "l", "v");
        bench.run(5);
        assertThat(b.replica(7).logged().isEmpty())
                .as("what the peer has durably is known again")
                .isTrue();
        assertAlike("begun anew");
    }

    @Test
    void a_peer_that_seems_to_have_nothing_is_asked_nevertheless_where_that_has_to_be_certain() {
        start();
        bench.loses = each -> each.from() == a && each.message() instanceof RepairMessage.Summary;
        b.put(7, "mine", "v");
        bench.run(3);
        a.put(7, "k", "v");
        bench.run(3);
        ReplicaId id = new ReplicaId(bench.bucket.number(), 7);
        b.repair.anew(id);
        bench.run(5);
        assertThat(b.repair.caughtUp(id, a.id)).isTrue();
        assertThat(b.replica(7).seen().containsAll(a.replica(7).seen())).isTrue();
    }

    @Test
    void who_has_to_be_certain_asks_again_after_a_refusal() {
        bench.bytesPerSecond = 1;
        bench.batchBytes = 1;
        start();
        b.put(7, "mine", "v");
        ReplicaId id = new ReplicaId(bench.bucket.number(), 7);
        a.put(7, "k", "v");
        bench.loses = each -> each.message() instanceof ReplicaMessage.Pull;
        b.repair.anew(id);
        bench.run(3);
        bench.loses = each -> false;
        b.repair.answered(a.id, refusal(id));
        bench.run(200);
        assertThat(b.repair.caughtUp(id, a.id)).isTrue();
    }

    private ReplicaMessage.Refuse refusal(ReplicaId id) {
        long asked = bench.sent.stream()
                .filter(each -> each.from() == b && each.is(ReplicaMessage.Pull.class))
                .mapToLong(each -> ((ReplicaMessage.Pull) each.message()).request())
                .max()
                .orElseThrow();
        return new ReplicaMessage.Refuse(asked, id, Refusal.IN_DOUBT, "not yet");
    }

    @Test
    void how_far_two_replicas_are_apart_can_be_read() {
        start();
        bench.run(3);
        bench.loses = each -> each.message() instanceof ReplicaMessage.PullAnswer;
        a.put(7, "k", "v");
        a.put(7, "l", "v");
        bench.run(3);
        RepairStatus status = b.repair.status().get(7);
        assertThat(status.replica()).isEqualTo(new ReplicaId(bench.bucket.number(), 7));
        assertThat(status.behind()).isEqualTo(2);
        assertThat(status.ahead()).isZero();
        assertThat(a.repair.status().get(7).ahead()).isEqualTo(2);
        assertThat(b.count(Counter.REPAIR_PULLS)).isPositive();
    }

    @Test
    void whatever_is_lost_and_whoever_restarts_all_becomes_alike_and_quiet() {
        long pushed = 0;
        for (int seed = 0; seed < 60; seed++) {
            bench = new RepairBench(3, 1 << (seed % 6));
            bench.batchBytes = seed % 2 == 0 ? 1 << 20 : 200;
            bench.dotLogLimit = seed % 3 == 0 ? 5 : 1_000;
            start();
            trouble(new SplittableRandom(seed));
            for (Side side : bench.sides) {
                bench.sides.stream().filter(other -> other != side).forEach(side::meet);
            }
            bench.loses = each -> false;
            bench.delays = () -> new long[] {0};
            bench.run(80);
            assertAlike("seed " + seed);
            pushed += bench.count(RepairMessage.Push.class);
            int before = bench.sent.size();
            bench.run(20);
            assertThat(since(before)).as("seed %d", seed).isEmpty();
            for (Side side : bench.sides) {
                int of = seed;
                side.replicas
                        .values()
                        .forEach(replica -> assertThat(replica.logged().size())
                                .as(
                                        "seed %d, %s of %s: seen %s, durable %s, %s",
                                        of, replica.id(), side, replica.seen(), replica.durable(), side.repair.status())
                                .isZero());
            }
        }
        assertThat(pushed).as("remnants that nobody would have asked for").isPositive();
    }

    private void trouble(SplittableRandom random) {
        bench.loses = each -> random.nextInt(4) == 0;
        bench.delays = () -> new long[] {
            random.nextInt(3) == 0 ? random.nextLong(3 * RepairBench.INTERVAL) : 0,
            random.nextInt(5) == 0 ? random.nextLong(10 * RepairBench.INTERVAL) : -1
        };
        for (int step = 0; step < 150; step++) {
            Side side = bench.sides.get(random.nextInt(3));
            Side other = bench.sides.get(random.nextInt(3));
            int dice = random.nextInt(100);
            if (side.run == 0) {
                side.start();
                bench.sides.stream().filter(each -> each != side).forEach(side::meet);
            } else if (dice < 60) {
                String key = "k" + random.nextInt(20);
                int partition = random.nextInt(bench.state.ring().partitions());
                if (random.nextInt(3) == 0) {
                    side.delete(partition, key);
                } else {
                    side.put(partition, key, "v" + step);
                }
            } else if (dice < 70) {
                readRepair(side, other, random);
            } else if (dice < 73) {
                side.crash();
            } else if (dice < 80 && other != side) {
                side.part(other);
            } else if (dice < 90 && other != side) {
                side.meet(other);
            } else {
                bench.run(random.nextDouble());
            }
        }
        bench.sides.stream().filter(side -> side.run == 0).forEach(Side::start);
    }

    /** What a read has found at one replica goes to another, and announces nothing. */
    private void readRepair(Side from, Side to, SplittableRandom random) {
        if (from.run != 0 && to.run != 0) {
            int partition = random.nextInt(bench.state.ring().partitions());
            byte[] key = RepairBench.bytes("k" + random.nextInt(20));
            to.replica(partition)
                    .receive(List.of(new Arrival(
                            key, from.replica(partition).excerpt(key).filled(), DotSet.empty())));
            to.durable.touched(to.replica(partition));
        }
    }

    private void replicate(int partition, String key) {
        Replica from = a.replica(partition);
        b.replica(partition)
                .receive(List.of(new Arrival(
                        RepairBench.bytes(key),
                        from.excerpt(RepairBench.bytes(key)).filled(),
                        from.seen())));
        b.durable.touched(b.replica(partition));
    }

    private List<Sent> since(int before) {
        return bench.sent.subList(before, bench.sent.size());
    }

    private static long told(List<Sent> messages) {
        return messages.stream()
                .filter(each -> each.message() instanceof RepairMessage.Summary)
                .flatMap(each -> ((RepairMessage.Summary) each.message()).sections().stream())
                .mapToLong(section -> section.told().size())
                .sum();
    }

    private void assertAlike(String what) {
        for (int partition = 0; partition < bench.state.ring().partitions(); partition++) {
            TreeSet<String> views = new TreeSet<>();
            for (Side side : bench.sides) {
                Replica replica = side.replica(partition);
                StringBuilder view = new StringBuilder().append(replica.seen());
                replica.section(null, Integer.MAX_VALUE)
                        .entries()
                        .forEach(each -> view.append('\n')
                                .append(new String(each.key(), java.nio.charset.StandardCharsets.UTF_8))
                                .append(each.record().siblings())
                                .append(each.record().context()));
                views.add(view.toString());
            }
            assertThat(views).as(what).hasSize(1);
        }
    }
}
