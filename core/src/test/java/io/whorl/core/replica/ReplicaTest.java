package io.whorl.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One replica over its storage: what it costs, and what it does when something cannot be. */
class ReplicaTest {
    private static final ReplicaId ID = new ReplicaId(1, 0);
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());
    private static final int MUCH = 1 << 20;
    private static final NodeId PEER = new NodeId(9);

    private final TestStorage storage = new TestStorage();
    private Replica replica = open(storage, 1);

    @Test
    void a_write_changes_two_entries_however_large_the_replica_is() {
        put(replica, "the first one also marks that there is a replica here", "v");
        for (int i = 0; i < 3_000; i++) {
            put(replica, "k" + i % 1_500, "v");
            assertThat(storage.last().changes()).as("write %d", i).hasSize(2);
        }
    }

    @Test
    void a_received_write_changes_two_entries_and_what_it_makes_due() {
        TestStorage theirs = new TestStorage();
        Replica source = open(theirs, 2);
        for (int i = 0; i < 500; i++) {
            Written written = put(source, "k" + i, "v");
            replica.receive(List.of(arrival(source, "k" + i, written.dot())));
            assertThat(storage.last().changes().size()).isBetween(2, 4);
        }
    }

    @Test
    void a_write_that_replaces_everything_reads_no_value_whose_head_is_at_hand() {
        Replica source = open(new TestStorage(), 2);
        storage.beginnings = 64;
        put(replica, "mine", "v".repeat(1_000));
        replica.receive(List.of(arrival(
                source, "theirs", put(source, "theirs", "v".repeat(1_000)).dot())));
        int reads = storage.reads;
        put(replica, "mine", "w".repeat(1_000));
        replica.receive(
                List.of(arrival(source, "theirs", put(source, "theirs", "w").dot())));
        assertThat(storage.reads).isEqualTo(reads);
        assertThat(values(replica, "mine")).containsExactly("w".repeat(1_000));
        assertThat(values(replica, "theirs")).containsExactly("w");
    }

    @Test
    void a_sibling_that_stays_keeps_its_value_though_only_its_head_is_at_hand() {
        Replica source = open(new TestStorage(), 2);
        storage.beginnings = 64;
        put(replica, "k", "mine".repeat(100));
        Arrival theirs = arrival(source, "k", put(source, "k", "theirs").dot());
        replica.receive(List.of(theirs));
        assertThat(values(replica, "k")).containsExactlyInAnyOrder("mine".repeat(100), "theirs");
        assertThat(replica.receive(List.of(theirs))).as("it is here already").isFalse();
        Write unaware = new Write("unaware".getBytes(StandardCharsets.UTF_8), DotSet.empty(), 0);
        replica.write("k".getBytes(StandardCharsets.UTF_8), unaware, 1);
        assertThat(values(replica, "k")).containsExactlyInAnyOrder("mine".repeat(100), "theirs", "unaware");
    }

    private static List<String> values(Replica replica, String key) {
        return replica.excerpt(key.getBytes(StandardCharsets.UTF_8)).record().siblings().stream()
                .map(sibling -> new String(sibling.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void nothing_but_opening_streaming_and_pulling_scans() {
        Replica source = open(new TestStorage(), 2);
        List<Arrival> backwards = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Written written = put(source, "k" + i, "v");
            backwards.add(0, arrival(source, "k" + i, written.dot()));
        }
        int scans = storage.scans;
        backwards.forEach(each -> replica.receive(List.of(each)));
        assertThat(replica.hasDueRemnants())
                .as("the base has closed over all of them")
                .isTrue();
        int reads = storage.reads;
        while (replica.restrip(20)) {
            put(replica, "mine", "v");
        }
        assertThat(storage.reads - reads)
                .as("records that were read to strip them")
                .isLessThan(700);
        assertThat(storage.scans).isEqualTo(scans);
        assertThat(records(storage)).allMatch(record -> record.context().isEmpty());
    }

    @Test
    void remnants_are_found_again_after_opening_anew() {
        Replica source = open(new TestStorage(), 2);
        Written first = put(source, "a", "v");
        Arrival late = arrival(source, "a", first.dot());
        List<Arrival> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Written deleted = source.write(bytes("d" + i), new Write(null, null, 0), 1);
            others.add(arrival(source, "d" + i, deleted.dot()));
        }
        replica.receive(others);
        assertThat(storage.entries(Space.RECORDS)).hasSize(40);
        replica = open(storage, 3);
        replica.receive(List.of(late));
        while (replica.restrip(7)) {
            assertThat(replica.hasDueRemnants()).isTrue();
        }
        assertThat(storage.entries(Space.RECORDS)).hasSize(1);
        assertThat(storage.entries(Space.META).keySet()).noneMatch(key -> key.bytes()[0] == 'r');
        assertThat(replica.seen()).isEqualTo(source.seen());
    }

    @Test
    void the_seen_set_survives_pruning_streams_and_opening_anew() {
        Replica source = open(new TestStorage(), 2);
        put(source, "a", "v");
        put(source, "b", "v");
        Section section = source.section(null, MUCH);
        List<Arrival> arrivals = new ArrayList<>();
        section.entries()
                .forEach(entry ->
                        arrivals.add(new Arrival(entry.key(), entry.record().fill(source.seen()), DotSet.empty())));
        replica.receiveStreamed(PEER, source.seen(), arrivals);
        replica.finishStream(PEER, source.seen());
        for (int i = 0; i < 30; i++) {
            put(replica, "k" + i, "v");
            replica.markDurable(replica.seen());
            replica.prune(List.of(), i % 5);
        }
        DotSet seen = replica.seen();
        for (int batches = storage.batches(); batches > storage.batches() - 3; batches--) {
            Replica again = open(storage.after(batches), 7);
            assertThat(seen.containsAll(again.seen())).isTrue();
            assertThat(again.seen().size()).isGreaterThan(seen.size() - 3);
        }
        assertThat(open(storage, 8).seen()).isEqualTo(seen);
        assertThat(replica.logged()).isEqualTo(DotSet.empty());
    }

    @Test
    void only_what_all_peers_have_durably_is_pruned_and_never_what_is_not_durable_here() {
        for (int i = 0; i < 10; i++) {
            put(replica, "k" + i, "v");
        }
        DotSet half = DotSet.range(new Actor(1, 0, Role.REPLICA), 1, 5);
        replica.prune(List.of(replica.seen(), replica.seen()), 1);
        assertThat(replica.logged().size()).as("nothing is durable yet").isEqualTo(10);
        replica.markDurable(replica.seen());
        replica.prune(List.of(replica.seen(), half), 100);
        assertThat(replica.logged()).isEqualTo(replica.seen().minus(half));
        replica.prune(List.of(DotSet.empty(), half), 2);
        assertThat(replica.logged().size()).as("the log's bound").isEqualTo(2);
        assertThat(storage.entries(Space.DOTS)).hasSize(2);
        assertThat(replica.missing(half, MUCH).pruned()).isTrue();
        assertThat(replica.missing(replica.seen(), MUCH).entries()).isEmpty();
    }

    @Test
    void a_pull_names_what_is_missing_in_answers_of_the_size_asked_for() {
        for (int i = 0; i < 50; i++) {
            put(replica, "k" + i, "0123456789");
        }
        Replica behind = open(new TestStorage(), 2);
        int answers = 0;
        for (Missing missing = next(behind); missing.more() || answers == 0; missing = next(behind)) {
            assertThat(missing.entries()).isNotEmpty();
            List<Arrival> arrivals = new ArrayList<>();
            missing.entries()
                    .forEach(entry ->
                            arrivals.add(new Arrival(entry.key(), entry.record().fill(replica.seen()), entry.dots())));
            behind.receive(arrivals);
            answers++;
        }
        assertThat(answers).isGreaterThan(5);
    }

    private Missing next(Replica behind) {
        return replica.missing(behind.seen(), 200);
    }

    @Test
    void a_flipped_byte_anywhere_is_doubt_and_never_absence() {
        Replica source = open(new TestStorage(), 2);
        source.write(bytes("x"), new Write(null, null, 0), 1);
        Written second = source.write(bytes("gone"), new Write(null, null, 0), 1);
        put(replica, "k", "value");
        replica.receive(List.of(arrival(source, "gone", second.dot())));
        replica.markDurable(replica.seen());
        put(replica, "k2", "value");
        replica.prune(List.of(), 1);
        for (Space space : Space.values()) {
            for (ByteKey key : List.copyOf(storage.entries(space).keySet())) {
                int length = storage.entries(space).get(key).length;
                for (int at = 0; at < length; at++) {
                    byte[] stored = storage.entries(space).get(key);
                    stored[at] ^= 1;
                    if (isCheckpoint(space, key)) {
                        assertMended(key, at);
                        continue;
                    }
                    assertDoubt(space, key, at);
                    storage.entries(Space.META).keySet().removeIf(mark -> mark.bytes()[0] == 'd');
                    stored[at] ^= 1;
                }
            }
        }
        Replica whole = open(storage, 99);
        assertThat(whole.doubt()).isEmpty();
        assertThat(whole.excerpt(bytes("k")).record().siblings()).hasSize(1);
    }

    @Test
    void a_seen_set_of_which_both_copies_are_damaged_is_doubt() {
        put(replica, "k", "value");
        replica.markDurable(replica.seen());
        replica.prune(List.of(), 1);
        storage.entries(Space.META).forEach((key, value) -> {
            if (isCheckpoint(Space.META, key)) {
                value[value.length / 2] ^= 1;
            }
        });
        assertThat(open(storage, 50).doubt()).isPresent();
    }

    private static boolean isCheckpoint(Space space, ByteKey key) {
        return space == Space.META && (key.bytes()[0] == 's' || key.bytes()[0] == 'u');
    }

    /** A checkpoint has a second copy, from which the damaged one is written anew. */
    private void assertMended(ByteKey key, int at) {
        Replica opened = open(storage, 50);
        assertThat(opened.doubt()).as("%s, byte %d", key, at).isEmpty();
        byte[] other = key.bytes().clone();
        other[0] = (byte) (other[0] == 's' ? 'u' : 's');
        assertThat(storage.entries(Space.META).get(key))
                .isEqualTo(storage.entries(Space.META).get(new ByteKey(other)));
    }

    private void assertDoubt(Space space, ByteKey key, int at) {
        Replica damaged = open(storage, 50);
        for (String each : List.of("k", "k2", "gone")) {
            try {
                int expected = each.equals("gone") ? 0 : 1;
                assertThat(damaged.excerpt(bytes(each)).record().siblings()).hasSize(expected);
            } catch (InDoubtException e) {
                assertThat(e).hasMessageContaining("cannot be read");
            }
        }
        try {
            damaged.missing(DotSet.empty(), MUCH);
            damaged.missing(damaged.seen().minus(damaged.logged()), MUCH);
            damaged.section(null, MUCH);
        } catch (InDoubtException e) {
            assertThat(e).hasMessageContaining("cannot be read");
        }
        assertThat(damaged.doubt()).as("%s %s, byte %d", space, key, at).isPresent();
        assertThatThrownBy(() -> put(damaged, "k", "w")).isInstanceOf(InDoubtException.class);
        assertThatThrownBy(() -> damaged.receive(List.of())).isInstanceOf(InDoubtException.class);
        assertThatThrownBy(() -> damaged.keys(null, null, 1_000)).isInstanceOf(InDoubtException.class);
    }

    @Test
    void a_write_of_this_very_run_that_it_did_not_make_is_a_broken_invariant() {
        put(replica, "k", "v");
        Dot future = new Dot(new Actor(1, 0, Role.REPLICA), 2);
        Record empty = Record.empty();
        assertThatThrownBy(() -> replica.receive(List.of(new Arrival(bytes("k"), empty, DotSet.of(future)))))
                .isInstanceOf(BrokenInvariantException.class)
                .hasMessageContaining("has made only 1");
        assertThatThrownBy(() -> replica.receive(
                        List.of(new Arrival(bytes("k"), new Record(List.of(), DotSet.of(future)), DotSet.empty()))))
                .isInstanceOf(BrokenInvariantException.class);
        Sibling value = new Sibling(future, bytes("v"), 1, 0);
        assertThatThrownBy(() -> replica.receive(
                        List.of(new Arrival(bytes("k"), new Record(List.of(value), DotSet.empty()), DotSet.empty()))))
                .isInstanceOf(BrokenInvariantException.class);
        assertThatThrownBy(() -> replica.finishStream(PEER, DotSet.of(future)))
                .isInstanceOf(BrokenInvariantException.class);
        assertThat(replica.seen().size()).isEqualTo(1);
    }

    @Test
    void a_context_that_claims_writes_that_were_not_made_yet_does_not_hide_them() {
        Actor own = new Actor(1, 0, Role.REPLICA);
        Write write = new Write(bytes("v"), DotSet.range(own, 1, 1_000), 0);
        replica.write(bytes("k"), write, 1);
        replica.write(bytes("k"), write, 2);
        assertThat(replica.excerpt(bytes("k")).record().siblings()).hasSize(1);
        assertThat(replica.seen()).isEqualTo(DotSet.range(own, 1, 2));
        replica.write(bytes("k"), new Write(bytes("w"), DotSet.range(own, 1, 1), 0), 3);
        assertThat(replica.excerpt(bytes("k")).record().siblings()).hasSize(2);
    }

    @Test
    void records_received_one_by_one_and_together_leave_the_same() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Replica source = open(new TestStorage(), 2);
            Replica alone = open(new TestStorage(), 3);
            Replica together = open(new TestStorage(), 4);
            List<Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Written written = source.write(
                        bytes("k" + i % 5), new Write(random.nextInt(4) == 0 ? null : bytes("v" + i), null, 0), 1);
                Arrival arrival = arrival(source, "k" + i % 5, written.dot());
                arrivals.removeIf(each -> Arrays.equals(each.key(), arrival.key()));
                arrivals.add(random.nextInt(arrivals.size() + 1), arrival);
            }
            boolean changed = false;
            for (Arrival arrival : arrivals) {
                changed |= alone.receive(List.of(arrival));
            }
            assertThat(together.receive(arrivals)).as("seed %d", seed).isEqualTo(changed);
            assertThat(alone.seen()).as("seed %d", seed).isEqualTo(together.seen());
            for (Arrival arrival : arrivals) {
                Record one = alone.excerpt(arrival.key()).filled();
                Record other = together.excerpt(arrival.key()).filled();
                assertThat(one.siblings()).as("seed %d", seed).isEqualTo(other.siblings());
                assertThat(one.history()).as("seed %d", seed).isEqualTo(other.history());
            }
        }
    }

    @Test
    void receiving_twice_late_or_out_of_order_changes_nothing() {
        Replica source = open(new TestStorage(), 2);
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Written written = put(source, "k", "v" + i);
            arrivals.add(arrival(source, "k", written.dot()));
        }
        for (int i : new int[] {3, 5, 0, 2, 5, 1, 4, 0}) {
            replica.receive(List.of(arrivals.get(i)));
        }
        while (replica.restrip(5)) {
            assertThat(replica.hasDueRemnants()).isTrue();
        }
        assertThat(replica.excerpt(bytes("k"))).isEqualTo(source.excerpt(bytes("k")));
        int batches = storage.batches();
        arrivals.forEach(each -> assertThat(replica.receive(List.of(each))).isFalse());
        assertThat(storage.batches()).isEqualTo(batches);
    }

    @Test
    void the_mark_of_a_stream_goes_when_all_that_it_brought_is_named() {
        Replica source = open(new TestStorage(), 2);
        put(source, "a", "v");
        put(source, "b", "v");
        replica.receiveStreamed(PEER, source.seen(), List.of(streamed(source, "a")));
        assertThat(storage.entries(Space.META).keySet()).anyMatch(key -> key.bytes()[0] == 't');
        Replica again = open(storage, 3);
        assertThat(again.isUnsettled()).isTrue();
        assertThat(again.seen().isEmpty()).isTrue();
        while (again.settle(1)) {
            assertThat(again.isUnsettled()).isTrue();
        }
        assertThat(again.seen()).isEqualTo(DotSet.range(new Actor(2, 0, Role.REPLICA), 1, 1));
        assertThat(storage.entries(Space.META).keySet()).noneMatch(key -> key.bytes()[0] == 't');
        assertThat(open(storage, 4).isUnsettled()).isFalse();
    }

    private static Arrival streamed(Replica source, String key) {
        return new Arrival(bytes(key), source.excerpt(bytes(key)).filled(), DotSet.empty());
    }

    private static List<Record> records(TestStorage storage) {
        return storage.entries(Space.RECORDS).values().stream()
                .map(StoredForms::openRecord)
                .toList();
    }

    private static Arrival arrival(Replica source, String key, Dot announced) {
        return new Arrival(bytes(key), source.excerpt(bytes(key)).filled(), DotSet.of(announced));
    }

    private static Written put(Replica replica, String key, String value) {
        return replica.write(bytes(key), new Write(bytes(value), null, 0), 1);
    }

    private static Replica open(TestStorage storage, long run) {
        return Replica.open(ID, BUCKET, storage, new Actor(run, 0, Role.REPLICA), ClosedRuns.none(), Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
