package io.whorl.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sealed;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HintHistoryTest {
    private static final byte[] KEY = "k".getBytes(UTF_8);
    private static final byte[] VALUE = "v".getBytes(UTF_8);
    private static final ReplicaId REPLICA = new ReplicaId(7, 0);
    private static final NodeId TARGET = new NodeId(42);
    private static final NodeId OTHER_TARGET = new NodeId(43);

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final History history = new History(kernel, violations, fleet);
    private final BucketDefinition bucket =
            new BucketDefinition(7, "b", BucketOptions.builder().build());
    private SimulatedHost fallback;

    @BeforeEach
    void a_fallback() {
        SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI);
        fallback = new SimulatedHost(kernel, network, history, violations, 0, 1, new Draws(3));
        fallback.enter(SimulationOptions.draw(new Draws(4), OptionalInt.of(1)).node(0, Optional.empty()));
        fleet.add(fallback);
        fallback.startIfDown();
    }

    private Dot dot(long counter) {
        return new Dot(new Actor(fallback.run(), 0, Role.FALLBACK), counter);
    }

    private ClientRequest request(long number, byte[] value, DotSet context) {
        ClientRequest.Kind kind = value == null ? ClientRequest.Kind.DELETE : ClientRequest.Kind.PUT;
        ClientRequest request = new ClientRequest(
                number, kind, fallback, bucket, KEY, value, context, RequestOptions.of(0, 1), kernel.now());
        history.begun(request);
        return request;
    }

    private static byte[] stored(NodeId target) {
        return ByteBuffer.allocate(20 + KEY.length)
                .putLong(target.value())
                .putLong(REPLICA.bucket())
                .putInt(REPLICA.partition())
                .put(KEY)
                .array();
    }

    private static byte[] hint(DotSet announced, Record record) {
        ByteWriter out = new ByteWriter();
        out.varint(1);
        DotSetCodec.write(out, announced);
        RecordCodec.write(out, record);
        return Sealed.seal((byte) 1, out.toByteArray());
    }

    private void apply(ClientRequest cause, WriteBatch batch) {
        kernel.causedBy(cause == null ? Kernel.NO_CAUSE : cause.number, () -> {
            history.applying(fallback, batch);
            fallback.disk().apply(batch);
        });
    }

    private WriteEvent event(Dot dot) {
        return history.replica(REPLICA).event(dot).event();
    }

    private void keepForBoth(ClientRequest request, DotSet announced, Record record) {
        apply(
                request,
                new WriteBatch()
                        .put(Space.HINTS, stored(TARGET), hint(announced, record))
                        .put(Space.HINTS, stored(OTHER_TARGET), hint(announced, record)));
    }

    @Test
    void a_fallback_makes_an_event_that_had_seen_what_its_hints_said() {
        Record first = Record.empty().put(DotSet.empty(), dot(1), VALUE, 1, 0);
        keepForBoth(request(1, VALUE, DotSet.empty()), DotSet.of(dot(1)), first);
        Record second = first.put(first.history(), dot(2), VALUE, 2, 0);
        keepForBoth(request(2, VALUE, null), DotSet.of(dot(1)).add(dot(2)), second);

        assertThat(violations.found()).isEmpty();
        assertThat(event(dot(2)).seen.get(event(dot(1)).number)).isTrue();
        assertThat(event(dot(1)).isHeldBy(0)).isTrue();
    }

    @Test
    void a_dot_that_is_made_twice_is_a_violation() {
        Record record = Record.empty().put(DotSet.empty(), dot(1), VALUE, 1, 0);
        keepForBoth(request(1, VALUE, DotSet.empty()), DotSet.of(dot(1)), record);
        apply(null, new WriteBatch().delete(Space.HINTS, stored(TARGET)).delete(Space.HINTS, stored(OTHER_TARGET)));
        keepForBoth(request(2, VALUE, DotSet.empty()), DotSet.of(dot(1)), record);

        assertThat(violations.found()).extracting(Violation::checker).contains(Checker.REUSED_DOT);
    }

    @Test
    void a_hint_that_announces_what_nobody_made_is_a_violation() {
        Dot foreign = new Dot(new Actor(99, 0, Role.REPLICA), 5);
        apply(null, new WriteBatch().put(Space.HINTS, stored(TARGET), hint(DotSet.of(foreign), Record.empty())));

        assertThat(violations.found()).extracting(Violation::checker).containsExactly(Checker.REUSED_DOT);
    }

    @Test
    void a_copy_ends_with_its_last_hint_and_a_power_loss_brings_it_back() {
        Record record = Record.empty().put(DotSet.empty(), dot(1), VALUE, 1, 0);
        keepForBoth(request(1, VALUE, DotSet.empty()), DotSet.of(dot(1)), record);
        fallback.disk().syncedUpTo(fallback.disk().applied());
        apply(null, new WriteBatch().delete(Space.HINTS, stored(TARGET)));
        assertThat(event(dot(1)).isHeldBy(0)).isTrue();
        apply(null, new WriteBatch().delete(Space.HINTS, stored(OTHER_TARGET)));
        assertThat(event(dot(1)).isHeldBy(0)).isFalse();

        fallback.disk().losePower(new Draws(1), fallback.disk().synced(), true);
        history.losses().lost(fallback, false);

        assertThat(event(dot(1)).isHeldBy(0)).isTrue();
        assertThat(event(dot(1)).lost.isEmpty()).isTrue();
    }

    @Test
    void a_copy_that_is_lost_with_its_disk_counts_as_lost() {
        Record record = Record.empty().put(DotSet.empty(), dot(1), VALUE, 1, 0);
        keepForBoth(request(1, VALUE, DotSet.empty()), DotSet.of(dot(1)), record);
        fallback.disk().rollBack(null);
        history.losses().lost(fallback, true);

        assertThat(event(dot(1)).isHeldBy(0)).isFalse();
        assertThat(event(dot(1)).lostForGood.get(0)).isTrue();
        assertThat(history.hints().of(fallback)).isEmpty();
    }
}
