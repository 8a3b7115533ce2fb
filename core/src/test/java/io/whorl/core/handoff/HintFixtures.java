package io.whorl.core.handoff;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A hint store over storage that the test controls, and the values it is asked to keep. */
final class HintFixtures {
    static final long RUN = 77;
    static final NodeId A = new NodeId(1);
    static final NodeId B = new NodeId(2);
    static final ReplicaId REPLICA = new ReplicaId(1, 3);
    static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());
    static final BucketDefinition LATEST = new BucketDefinition(
            1, "b", BucketOptions.builder().conflicts(Conflicts.LAST_WRITE_WINS).build());
    /** A holder that coordinates writes. */
    static final Actor HOLDER = new Actor(5, 0, Role.REPLICA);

    TestStorage storage = new TestStorage();
    HintOptions options = HintOptions.DEFAULT;
    Optional<PlantedBug> bug = Optional.empty();
    Meters meters;
    HintBudget budget;
    HintStore hints;

    HintFixtures() {
        restart(RUN);
    }

    /** The process ends, and another one opens what it left. */
    void restart(long run) {
        meters = new Meters();
        budget = new HintBudget(options);
        hints = HintStore.open(storage, budget, run, partition -> true, meters, bug);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Dot dot(long counter) {
        return new Dot(HOLDER, counter);
    }

    /** The record that a holder's put makes of nothing. */
    static Record record(Dot dot, String value) {
        return new Record(List.of(new Sibling(dot, bytes(value), dot.counter(), 0)), DotSet.empty());
    }

    boolean keep(NodeId target, String key, long counter, String value) {
        return hints.keep(target, REPLICA, bytes(key), record(dot(counter), value), DotSet.of(dot(counter)))
                .isEmpty();
    }

    FallbackWrite write(String key, String value, DotSet context, BucketDefinition bucket) {
        Write write = new Write(value == null ? null : bytes(value), context, 0);
        return hints.write(REPLICA, bytes(key), write, 9, List.of(A, B), bucket);
    }

    static FallbackWrite.Made made(FallbackWrite write) {
        return (FallbackWrite.Made) write;
    }

    /** The values held for a key. */
    List<String> held(String key) {
        return values(hints.held(REPLICA, bytes(key)));
    }

    static List<String> values(Record record) {
        return record.siblings().stream()
                .map(sibling -> new String(sibling.value(), StandardCharsets.UTF_8))
                .toList();
    }

    List<HintMessage.Hint> hintsFor(NodeId target) {
        return new ArrayList<>(
                hints.shelf().batch(target, REPLICA, null, Integer.MAX_VALUE).hints());
    }

    /** What an acknowledgement of these hints names. */
    static Map<Long, byte[]> versions(List<HintMessage.Hint> acknowledged) {
        Map<Long, byte[]> versions = new TreeMap<>();
        acknowledged.forEach(hint -> versions.put(hint.version(), hint.key()));
        return versions;
    }

    static List<String> keys(Stream<HintMessage.Hint> hints) {
        return hints.map(hint -> new String(hint.key(), StandardCharsets.UTF_8)).toList();
    }
}
