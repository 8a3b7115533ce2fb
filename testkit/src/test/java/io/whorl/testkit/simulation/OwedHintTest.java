package io.whorl.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the check of hints may let one go: its target has, or had, what it carried. */
class OwedHintTest {
    private static final byte[] KEY = "k".getBytes(UTF_8);
    private static final byte[] VALUE = "v".getBytes(UTF_8);

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final History history = new History(kernel, violations, fleet);
    private SimulatedHost host;
    private ReplicaId replica;
    private BucketDefinition bucket;

    /** It keeps hints for itself, which no node does; the check asks only who is owed. */
    @BeforeEach
    void a_host_that_holds_a_bucket() {
        SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI);
        host = new SimulatedHost(kernel, network, history, violations, 0, 1, new Draws(3));
        fleet.add(host);
        host.enter(SimulationOptions.draw(new Draws(4), OptionalInt.of(1)).node(0, Optional.empty()));
        host.startIfDown();
        kernel.runUntil(host::isReady, 60 * Kernel.SECOND);
        bucket = create("b");
        // A node knows an epoch before its lanes do, so the check lets go what the epoch before it did not ask for.
        create("another");
        replica = new ReplicaId(bucket.number(), 0);
    }

    private BucketDefinition create(String name) {
        List<BucketDefinition> created = new ArrayList<>();
        host.node().createBucket(name, BucketOptions.builder().build(), Kernel.SECOND, new Callback<>() {
            @Override
            public void succeeded(BucketDefinition result) {
                created.add(result);
            }

            @Override
            public void failed(Failure failure) {
                throw new AssertionError(failure);
            }
        });
        kernel.runUntil(() -> !created.isEmpty(), kernel.now() + 60 * Kernel.SECOND);
        return created.get(0);
    }

    private void apply(WriteBatch batch) {
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
        kernel.causedBy(request.number, () -> {
            history.applying(host, batch);
            host.disk().apply(batch);
        });
    }

    private void sync() {
        host.disk().syncedUpTo(host.disk().applied());
    }

    private Dot written(Role role) {
        return new Dot(new Actor(host.run(), 0, role), 1);
    }

    private static Record record(Dot dot) {
        return Record.empty().put(DotSet.empty(), dot, VALUE, 1, 0);
    }

    private void holdAsReplica(Dot dot) {
        byte[] logged = ByteBuffer.allocate(12 + 13 + 8)
                .put(StoredLayout.prefix(replica))
                .putLong(dot.actor().run())
                .putInt(dot.actor().stint())
                .put((byte) dot.actor().role().ordinal())
                .putLong(dot.counter())
                .array();
        ByteWriter out = new ByteWriter();
        RecordCodec.write(out, record(dot));
        apply(new WriteBatch()
                .put(Space.DOTS, logged, Sealed.seal((byte) 1, KEY))
                .put(Space.RECORDS, StoredLayout.recordKey(replica, KEY), Sealed.seal((byte) 1, out.toByteArray())));
    }

    private byte[] place() {
        return ByteBuffer.allocate(20 + KEY.length)
                .putLong(host.id().value())
                .put(StoredLayout.prefix(replica))
                .put(KEY)
                .array();
    }

    private void keepHint(Dot dot) {
        ByteWriter out = new ByteWriter().varint(1);
        DotSetCodec.write(out, DotSet.of(dot));
        RecordCodec.write(out, record(dot));
        apply(new WriteBatch().put(Space.HINTS, place(), Sealed.seal((byte) 1, out.toByteArray())));
    }

    private void removeHint() {
        apply(new WriteBatch().delete(Space.HINTS, place()));
    }

    private void eraseReplica() {
        byte[] prefix = StoredLayout.prefix(replica);
        apply(new WriteBatch().deleteRange(Space.RECORDS, prefix, StoredLayout.after(prefix)));
    }

    @Test
    void what_the_target_has_durably_may_go() {
        holdAsReplica(written(Role.REPLICA));
        keepHint(written(Role.REPLICA));
        sync();
        removeHint();

        assertThat(violations.found()).isEmpty();
    }

    @Test
    void what_the_target_had_durably_when_it_erased_its_replica_may_go() {
        holdAsReplica(written(Role.REPLICA));
        keepHint(written(Role.REPLICA));
        sync();
        eraseReplica();
        removeHint();

        assertThat(violations.found()).isEmpty();
    }

    @Test
    void what_the_target_erased_and_had_not_synced_is_a_hint_dropped() {
        holdAsReplica(written(Role.REPLICA));
        keepHint(written(Role.REPLICA));
        eraseReplica();
        removeHint();

        assertThat(violations.found()).extracting(Violation::checker).containsExactly(Checker.HINT_DROPPED);
    }

    @Test
    void what_the_target_never_had_is_a_hint_dropped() {
        keepHint(written(Role.FALLBACK));
        sync();
        eraseReplica();
        removeHint();

        assertThat(violations.found()).extracting(Violation::checker).containsExactly(Checker.HINT_DROPPED);
    }
}
