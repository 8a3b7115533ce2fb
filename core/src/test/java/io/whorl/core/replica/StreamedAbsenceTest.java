package io.whorl.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a stream says of keys that are absent on both sides, for which no record can keep it. */
class StreamedAbsenceTest {
    private static final ReplicaId ID = new ReplicaId(1, 0);
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());
    private static final NodeId PEER = new NodeId(7);
    private static final NodeId OTHER_PEER = new NodeId(8);
    private static final int ONE_KEY = 1;
    private static final int ALL_KEYS = 1 << 20;

    private final Replica source = open(1);
    private final Replica behind = open(2);
    private final Replica taker = open(3);

    @Test
    void a_put_of_before_the_delete_stays_deleted_when_it_comes_after_the_stream_has_passed_its_key() {
        deletedAtTheSourceButNotBehind("a");
        put(source, "b");
        put(source, "c");
        DotSet began = source.seen();

        byte[] upTo = take(null, ONE_KEY);
        assertThat(upTo).isEqualTo(bytes("b"));
        taker.receive(List.of(arrival(behind, "a", behind.seen())));
        take(upTo, ALL_KEYS);
        taker.finishStream(PEER, began);

        assertThat(taker.seen().containsAll(source.seen())).isTrue();
        assertThat(siblings(taker, "a")).isZero();
        assertThat(siblings(taker, "b")).isOne();
        assertThat(taker.excerpt(bytes("a")).record())
                .isEqualTo(source.excerpt(bytes("a")).record());
    }

    @Test
    void a_key_that_the_stream_has_not_passed_yet_takes_what_arrives() {
        put(source, "b");
        put(source, "c");
        put(behind, "d");

        take(null, ONE_KEY);
        taker.receive(List.of(arrival(behind, "d", behind.seen())));

        assertThat(siblings(taker, "d")).isOne();
    }

    @Test
    void what_a_stretch_said_counts_as_of_that_stretch() {
        put(source, "b");
        put(source, "c");
        put(source, "e");
        byte[] upTo = take(null, ONE_KEY);
        deletedAtTheSourceButNotBehind("a");
        deletedAtTheSourceButNotBehind("bb");
        take(upTo, ONE_KEY);

        taker.receive(List.of(arrival(behind, "a", DotSet.empty())));
        taker.receive(List.of(arrival(behind, "bb", DotSet.empty())));

        assertThat(siblings(taker, "a")).as("passed before the delete").isOne();
        assertThat(siblings(taker, "bb")).as("passed after the delete").isZero();
    }

    @Test
    void a_stream_that_was_given_up_says_nothing_any_more() {
        deletedAtTheSourceButNotBehind("a");
        put(source, "b");
        put(source, "c");
        take(null, ONE_KEY);
        taker.giveUpStream(OTHER_PEER);
        taker.giveUpStream(PEER);

        taker.receive(List.of(arrival(behind, "a", behind.seen())));

        assertThat(siblings(taker, "a")).isOne();
        assertThat(source.missing(taker.seen(), ALL_KEYS).entries())
                .as("still asked for")
                .isNotEmpty();
    }

    private void deletedAtTheSourceButNotBehind(String key) {
        Written written = put(source, key);
        behind.receive(List.of(arrival(source, key, DotSet.of(written.dot()))));
        source.write(bytes(key), new Write(null, null, 0), 2);
    }

    /** Takes the next stretch of a stream as anti-entropy does; the key that it reaches up to, null for the end. */
    private byte[] take(byte[] after, int maxBytes) {
        Section section = source.section(after, maxBytes);
        DotSet seen = source.seen();
        for (Section.Entry entry : section.entries()) {
            Record filled = entry.record().fill(seen);
            taker.receiveStreamed(PEER, seen, List.of(new Arrival(entry.key(), filled, DotSet.empty())));
        }
        if (section.upTo() != null) {
            taker.passed(PEER, seen, section.upTo());
        }
        return section.upTo();
    }

    private static Replica open(long run) {
        return Replica.open(
                ID, BUCKET, new TestStorage(), new Actor(run, 0, Role.REPLICA), ClosedRuns.none(), Optional.empty());
    }

    private static Written put(Replica replica, String key) {
        return replica.write(bytes(key), new Write(bytes("value"), null, 0), 1);
    }

    private static Arrival arrival(Replica from, String key, DotSet announced) {
        return new Arrival(bytes(key), from.excerpt(bytes(key)).filled(), announced);
    }

    private static int siblings(Replica replica, String key) {
        return replica.excerpt(bytes(key)).record().siblings().size();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
