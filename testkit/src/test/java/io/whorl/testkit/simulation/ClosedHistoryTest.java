package io.whorl.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sealed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the model takes a closing to mean. */
class ClosedHistoryTest {
    private static final byte[] KEY = "k".getBytes(UTF_8);
    private static final byte[] VALUE = "v".getBytes(UTF_8);
    private static final ReplicaId REPLICA = new ReplicaId(7, 0);

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final History history = new History(kernel, violations, fleet);
    private SimulatedHost host;
    private SimulatedHost other;
    private ClusterState known;
    private Dot dot;

    @BeforeEach
    void a_replica_with_one_write() {
        SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 2, Kernel.MILLI);
        SimulationOptions options = SimulationOptions.draw(new Draws(4), OptionalInt.of(1));
        host = new SimulatedHost(kernel, network, history, violations, 0, 1, new Draws(3));
        other = new SimulatedHost(kernel, network, history, violations, 1, 1, new Draws(5));
        fleet.add(host);
        fleet.add(other);
        host.enter(options.node(0, Optional.empty()));
        other.enter(options.node(0, Optional.empty()));
        host.startIfDown();
        kernel.runUntil(host::isReady, 60 * Kernel.SECOND);
        known = host.node().state().orElseThrow();
        dot = new Dot(new Actor(host.run(), 0, Role.REPLICA), 1);
        write();
    }

    private void apply(WriteBatch batch) {
        history.applying(host, batch);
        host.disk().apply(batch);
    }

    private byte[] logged() {
        return ByteBuffer.allocate(12 + 13 + 8)
                .put(StoredLayout.prefix(REPLICA))
                .putLong(dot.actor().run())
                .putInt(dot.actor().stint())
                .put((byte) dot.actor().role().ordinal())
                .putLong(dot.counter())
                .array();
    }

    private void write() {
        BucketDefinition bucket = new BucketDefinition(
                REPLICA.bucket(), "b", BucketOptions.builder().build());
        ClientRequest request = new ClientRequest(
                1,
                ClientRequest.Kind.PUT,
                host,
                bucket,
                KEY,
                VALUE,
                DotSet.empty(),
                RequestOptions.of(0, 1),
                kernel.now());
        history.begun(request);
        ByteWriter out = new ByteWriter();
        RecordCodec.write(out, Record.empty().put(DotSet.empty(), dot, VALUE, 1, 0));
        kernel.causedBy(
                request.number,
                () -> apply(new WriteBatch()
                        .put(Space.DOTS, logged(), seal(KEY))
                        .put(Space.RECORDS, StoredLayout.recordKey(REPLICA, KEY), seal(out.toByteArray()))));
    }

    private static byte[] seal(byte[] value) {
        return Sealed.seal((byte) 1, value);
    }

    /** The cluster closes a run, and the replica takes that up. */
    private void close(long run) {
        known = known.after(new Change.FreezeRuns(List.of(run), List.of(host.id())))
                .state();
        long number = known.epoch();
        known = known.after(new Change.CloseRuns(number)).state();
        apply(new WriteBatch().put(Space.META, "cluster".getBytes(UTF_8), seal(known.encode())));
        byte[] mark = new ByteWriter().varint(number).varint(number).toByteArray();
        apply(new WriteBatch().put(Space.META, StoredLayout.closingKey(REPLICA), seal(mark)));
    }

    /** The record cannot be read, and the replica is salvaged without it: it says nothing of closings any more. */
    private void loseTheWrite() {
        history.losses().damaged(host, Space.RECORDS, StoredLayout.recordKey(REPLICA, KEY));
        byte[] taking =
                new ByteWriter().u8(StoredLayout.Repair.TAKING.ordinal()).toByteArray();
        apply(new WriteBatch()
                .delete(Space.RECORDS, StoredLayout.recordKey(REPLICA, KEY))
                .delete(Space.DOTS, logged())
                .delete(Space.META, StoredLayout.closingKey(REPLICA))
                .put(Space.META, StoredLayout.standingKey(REPLICA), seal(taking)));
    }

    private WriteEvent event() {
        return history.replica(REPLICA).event(dot).event();
    }

    @Test
    void a_replica_that_says_closed_has_seen_what_was_seen_then() {
        close(host.run());
        assertThat(history.replica(REPLICA).agreed(known.epoch()).contains(dot)).isTrue();
        close(99);

        assertThat(violations.found()).isEmpty();
        assertThat(history.replica(REPLICA).seenBy(0).contains(dot)).isTrue();
    }

    @Test
    void what_was_lost_everywhere_since_a_closing_is_not_seen_by_who_takes_up_the_next() {
        close(host.run());
        long first = known.epoch();
        loseTheWrite();
        close(99);

        assertThat(violations.found()).isEmpty();
        assertThat(history.replica(REPLICA).seenBy(0).contains(dot)).isFalse();
        assertThat(history.replica(REPLICA).agreed(first).contains(dot)).isTrue();
        assertThat(event().excuses().get(0)).isTrue();
    }

    @Test
    void a_closing_without_what_somebody_has_is_a_violation() {
        close(host.run());
        loseTheWrite();
        event().heldBy(other.index(), 1);
        close(99);

        assertThat(violations.found()).extracting(Violation::checker).containsExactly(Checker.DIVERGED);
    }
}
