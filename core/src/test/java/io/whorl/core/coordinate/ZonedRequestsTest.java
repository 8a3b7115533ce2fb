package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests in a cluster of three zones of two nodes each, where every key has a replica in each zone. */
class ZonedRequestsTest {
    private static final long TIMEOUT = 2_000 * World.MILLISECOND;

    private final World world = new World(31);
    private final List<TestNode> nodes = new ArrayList<>();
    private BucketDefinition bucket;
    private List<TestNode> holders;
    private List<TestNode> fallbacks;

    @BeforeEach
    void found() {
        for (int i = 0; i < 6; i++) {
            TestNode node = world.node(i);
            String zone = "z" + i / 2;
            node.options = builder -> builder.zone(zone);
            nodes.add(node);
        }
        nodes.forEach(each -> each.contacts(nodes.toArray(TestNode[]::new)));
        nodes.forEach(TestNode::start);
        world.until(() -> nodes.stream().allMatch(each -> each.ready));
        bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(3_000);
        holders = Preference.holders(nodes, bucket, "k");
        fallbacks = Preference.fallbacks(nodes, bucket, "k");
        assertThat(holders.stream().map(this::zone).distinct()).hasSize(3);
    }

    private int zone(TestNode node) {
        return nodes.indexOf(node) / 2;
    }

    private TestNode neighbour(TestNode node) {
        return fallbacks.stream()
                .filter(each -> zone(each) == zone(node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_write_waits_for_as_many_zones_as_it_asks_for() {
        world.loses = message -> message.to() == holders.get(2) && message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> two = write(holders.get(0), 2, Quorums.STRICT);
        world.until(two::ended);
        assertThat(two.failure).isNull();
        Answer<WriteResult> three = write(holders.get(0), 3, Quorums.STRICT);
        world.run(300);
        assertThat(three.ended()).isFalse();
        world.until(three::ended);
        assertThat(three.failure.kind()).isEqualTo(Kind.TIMED_OUT);
    }

    @Test
    void a_forwarded_write_does_too() {
        world.loses = message -> message.to() == holders.get(2) && message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> three = write(fallbacks.get(0), 3, Quorums.STRICT);
        world.run(300);
        assertThat(three.ended()).isFalse();
    }

    @Test
    void a_fallback_of_the_zone_that_is_lacking_is_asked_first() {
        holders.get(2).kill();
        world.run(10);
        Answer<WriteResult> three = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(three::ended);
        assertThat(three.failure).isNull();
        List<Sent> keeps = world.sent.stream()
                .filter(message -> message.is(HintMessage.Keep.class))
                .toList();
        assertThat(keeps.get(0).to()).isSameAs(neighbour(holders.get(2)));
    }

    @Test
    void a_zone_that_is_known_to_be_away_fails_the_write_before_anything_is_done() {
        neighbour(holders.get(2)).kill();
        holders.get(2).kill();
        world.run(10);
        Answer<WriteResult> three = write(holders.get(0), 3, Quorums.SLOPPY);
        world.until(three::ended);
        assertThat(three.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(three.failure.detail()).contains("zones");
    }

    @Test
    void values_come_from_the_readers_own_zone() {
        assertThat(holders.get(0).put(bucket, "k", "v").failure).isNull();
        world.run(500);
        for (TestNode holder : holders) {
            TestNode reader = neighbour(holder);
            int before = world.sent.size();
            assertThat(reader.values(bucket, "k", 2)).containsExactly("v");
            List<Sent> forValues = world.sent.subList(before, world.sent.size()).stream()
                    .filter(message ->
                            message.envelope().message() instanceof ReplicaMessage.Read read && read.values())
                    .toList();
            assertThat(forValues.stream().map(Sent::to)).containsExactly(holder);
        }
    }

    private Answer<WriteResult> write(TestNode node, int zones, Quorums quorums) {
        Answer<WriteResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(2, Optional.of(quorums), TIMEOUT, zones);
        node.node.write(bucket, TestNode.bytes("k"), new Write(TestNode.bytes("v"), null, 0), options, answer);
        return answer;
    }
}
