package io.whorl.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine.Completion;
import io.whorl.core.spi.StorageException;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Three real replicas beside three naive ones through random writes, lost, late and repeated replication, pulls, streams,
 * pruning and crashes that undo a suffix of the batches: after each step both hold the same, and in the end exactly what the
 * history of all writes demands.
 */
class ReplicaModelTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 250;
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4");
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());

    @Test
    void replicas_do_what_naive_ones_do_and_lose_and_resurrect_nothing() {
        int streams = 0;
        int salvages = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed);
            run.steps();
            run.heal();
            run.checkHistory();
            streams += run.finishedStreams;
            salvages += run.salvages;
        }
        assertThat(salvages).as("replicas that took themselves anew").isGreaterThan(SEEDS);
        assertThat(streams).as("streams that went to their end").isGreaterThan(SEEDS);
    }

    private record Event(String key, String value, TreeSet<Dot> ancestors) {}

    private record Message(String key, Record record, NaiveReplica.Entry naive, List<Dot> announced) {}

    private record Context(String key, DotSet real, TreeSet<Dot> naive) {}

    /** A stream under way: what the source had seen at the beginning, and what it said of keys that have no record to keep it. */
    private static final class Stream {
        DotSet began;
        TreeSet<Dot> naiveBegan;
        byte[] upTo;
        final TreeMap<String, TreeSet<Dot>> said = new TreeMap<>();
    }

    private static final class Node {
        final NodeId id;
        TestStorage storage = new TestStorage();
        Replica replica;
        NaiveReplica naive = new NaiveReplica();
        TreeMap<Integer, NaiveReplica> history = new TreeMap<>(Map.of(0, new NaiveReplica()));
        final Map<NodeId, DotSet> known = new TreeMap<>();
        final Map<NodeId, Stream> streams = new TreeMap<>();

        Node(int number) {
            id = new NodeId(number);
        }
    }

    private static final class Run {
        private final int seed;
        private final SplittableRandom random;
        private final List<Node> nodes = List.of(new Node(1), new Node(2), new Node(3));
        private final List<Message> network = new ArrayList<>();
        private final List<Context> contexts = new ArrayList<>();
        private final TreeMap<Dot, Event> events = new TreeMap<>();
        private long runs;
        private int step;
        int finishedStreams;
        int salvages;

        Run(int seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            // Two of three runs write on the strength of beginnings, of all lengths from none to whole.
            nodes.forEach(node -> node.storage.beginnings = seed % 3 == 0 ? 0 : seed % 80);
            nodes.forEach(this::open);
        }

        private void open(Node node) {
            Actor actor = new Actor(++runs, 0, Role.REPLICA);
            node.replica = Replica.open(
                    new ReplicaId(1, 0), BUCKET, node.storage, actor, ClosedRuns.none(), java.util.Optional.empty());
            nodes.forEach(each -> giveUp(each, node));
            node.streams.clear();
        }

        void steps() {
            for (step = 0; step < STEPS; step++) {
                int dice = random.nextInt(100);
                Node node = oneOf(nodes);
                Node other = oneOf(nodes.stream().filter(each -> each != node).toList());
                String key = oneOf(KEYS);
                if (dice < 28) {
                    write(node, key);
                } else if (dice < 45) {
                    deliver(node);
                } else if (dice < 52) {
                    read(node, other, key);
                } else if (dice < 64) {
                    pull(node, other, random.nextInt(1, 200));
                } else if (dice < 80) {
                    stretch(node, other, random.nextInt(1, 60));
                } else if (dice < 88) {
                    sync(node);
                    nodes.forEach(each -> each.known.put(node.id, node.replica.durable()));
                } else if (dice < 93) {
                    node.replica.prune(others(node), random.nextInt(2) == 0 ? 1 : 1_000);
                } else if (dice < 94) {
                    settleStreams(node);
                } else if (dice == 99) {
                    loseRecord(node);
                } else if (dice < 95) {
                    node.replica.restrip(random.nextInt(1, 3));
                } else {
                    crash(node);
                }
                compare(node);
            }
        }

        private void write(Node node, String key) {
            List<Context> mine =
                    contexts.stream().filter(each -> each.key.equals(key)).toList();
            Context given = random.nextInt(5) == 0 || mine.isEmpty() ? null : oneOf(mine);
            String value = random.nextInt(3) == 0 ? null : "v" + step;
            TreeSet<Dot> context =
                    given == null ? new TreeSet<>(node.naive.entry(key).known()) : given.naive;
            Write write = new Write(value == null ? null : bytes(value), given == null ? null : given.real, 0);
            Written written = node.replica.write(bytes(key), write, step);
            TreeSet<Dot> ancestors = new TreeSet<>(context);
            context.forEach(dot -> ancestors.addAll(events.get(dot).ancestors));
            assertThat(events).doesNotContainKey(written.dot());
            events.put(written.dot(), new Event(key, value, ancestors));
            node.naive.write(key, context, written.dot(), value);
            network.add(new Message(
                    key, written.excerpt().filled(), node.naive.entry(key).copy(), List.of(written.dot())));
        }

        private void deliver(Node node) {
            if (!network.isEmpty()) {
                int at = random.nextInt(network.size());
                Message message = random.nextInt(3) == 0 ? network.remove(at) : network.get(at);
                receive(node, message);
            }
        }

        private void receive(Node node, Message message) {
            node.replica.receive(
                    List.of(new Arrival(bytes(message.key), message.record, DotSet.of(message.announced))));
            NaiveReplica.Entry entry = node.naive.entry(message.key);
            node.streams.values().forEach(stream -> {
                TreeSet<Dot> said = stream.said.getOrDefault(message.key, new TreeSet<>());
                entry.values().keySet().removeIf(said::contains);
                entry.known().addAll(said);
            });
            node.naive.receive(message.key, message.naive, message.announced);
            remember(node);
        }

        /** What a crash to this batch leaves. */
        private static void remember(Node node) {
            node.history.put(node.storage.batches(), node.naive.copy());
        }

        private void read(Node node, Node other, String key) {
            Record record = node.replica.excerpt(bytes(key)).filled();
            NaiveReplica.Entry naive = node.naive.entry(key).copy();
            if (random.nextBoolean()) {
                record = record.join(other.replica.excerpt(bytes(key)).filled());
                naive.join(other.naive.entry(key));
                network.add(new Message(key, record, naive.copy(), List.of()));
            }
            contexts.add(new Context(key, record.history(), naive.known()));
        }

        private void pull(Node node, Node other, int maxBytes) {
            Missing missing = other.replica.missing(node.replica.seen(), maxBytes);
            if (missing.pruned()) {
                giveUp(node, other);
                node.streams.put(other.id, new Stream());
                return;
            }
            DotSet filler = other.replica.seen();
            for (ReplicaMessage.Entry entry : missing.entries()) {
                String key = new String(entry.key(), StandardCharsets.UTF_8);
                List<Dot> dots = new ArrayList<>();
                entry.dots().dots().forEach(dots::add);
                receive(
                        node,
                        new Message(
                                key,
                                entry.record().fill(filler),
                                other.naive.entry(key).copy(),
                                dots));
            }
        }

        private void stretch(Node node, Node other, int maxBytes) {
            Stream stream = node.streams.get(other.id);
            if (stream == null) {
                return;
            }
            Section section = other.replica.section(stream.upTo, maxBytes);
            if (stream.began == null) {
                stream.began = other.replica.seen();
                stream.naiveBegan = new TreeSet<>(other.naive.seen);
            }
            DotSet filler = other.replica.seen();
            List<Arrival> arrivals = new ArrayList<>();
            for (String key : KEYS) {
                boolean after = stream.upTo == null || key.compareTo(text(stream.upTo)) > 0;
                if (after && (section.upTo() == null || key.compareTo(text(section.upTo())) <= 0)) {
                    Record theirs = other.replica.excerpt(bytes(key)).record();
                    if (theirs.isEmpty()
                            && node.replica.excerpt(bytes(key)).record().isEmpty()) {
                        stream.said.put(
                                key, new TreeSet<>(other.naive.entry(key).known()));
                    } else {
                        arrivals.add(new Arrival(bytes(key), theirs.fill(filler), DotSet.empty()));
                        node.naive.entry(key).join(other.naive.entry(key));
                    }
                }
            }
            node.replica.receiveStreamed(other.id, stream.began, arrivals);
            arrivals.forEach(each -> each.record().siblingDots().dots().forEach(dot -> {
                if (!stream.naiveBegan.contains(dot)) {
                    node.naive.seen.add(dot);
                }
            }));
            remember(node);
            stream.upTo = section.upTo();
            if (stream.upTo != null) {
                node.replica.passed(other.id, filler, stream.upTo);
            } else {
                node.replica.finishStream(other.id, stream.began);
                node.naive.seen.addAll(stream.naiveBegan);
                stream.said.forEach((key, dots) -> dots.stream()
                        .filter(stream.naiveBegan::contains)
                        .forEach(node.naive.entry(key).known()::add));
                giveUp(node, other);
                finishedStreams++;
            }
        }

        /** A stored record turns out unreadable: what can be read is salvaged, and the replica takes itself anew from both others. */
        private void loseRecord(Node node) {
            List<byte[]> stored =
                    new ArrayList<>(node.storage.entries(Space.RECORDS).values());
            if (stored.isEmpty()) {
                return;
            }
            byte[] damaged = oneOf(stored);
            damaged[random.nextInt(damaged.length)] ^= 1;
            assertThatThrownBy(() -> node.replica.section(null, 1 << 20)).isInstanceOf(InDoubtException.class);
            while (node.replica.salvage(random.nextInt(1, 4))) {
                assertThat(node.replica.standing()).isEqualTo(Standing.UNREADABLE);
            }
            assertThat(node.replica.standing()).isEqualTo(Standing.SALVAGED);
            node.replica.trust();
            forgetLost(node);
            compare(node);
            for (Node other : nodes) {
                if (other != node) {
                    giveUp(node, other);
                    giveUp(other, node);
                    for (int i = 0; i < 20 && !node.replica.seen().containsAll(other.replica.seen()); i++) {
                        pull(node, other, 1_000);
                        while (node.streams.containsKey(other.id)) {
                            stretch(node, other, 30);
                        }
                    }
                }
            }
            settleStreams(node);
            sync(node);
            nodes.forEach(each -> each.known.remove(node.id));
            salvages++;
        }

        /** Absent means unknown from now on, and the seen-set is what the rest of the dot log says. */
        private void forgetLost(Node node) {
            for (String key : KEYS) {
                if (node.replica.excerpt(bytes(key)).record().isEmpty()) {
                    node.naive.entry(key).values().clear();
                    node.naive.entry(key).known().clear();
                }
            }
            node.naive.seen.clear();
            node.replica.seen().dots().forEach(dot -> {
                assertThat(node.naive.entry(events.get(dot).key).known())
                        .as("seed %d, step %d: what is still seen has its effect here", seed, step)
                        .contains(dot);
                node.naive.seen.add(dot);
            });
        }

        private void settleStreams(Node node) {
            if (node.replica.isUnsettled()) {
                while (node.replica.settle(2)) {
                    // The naive one does it in one step, and so remembers it as one.
                }
                KEYS.forEach(key ->
                        node.naive.seen.addAll(node.naive.entry(key).values().keySet()));
            }
        }

        private void giveUp(Node node, Node other) {
            node.streams.remove(other.id);
            if (node.replica != null) {
                node.replica.giveUpStream(other.id);
            }
        }

        private void sync(Node node) {
            DotSet seen = node.replica.seen();
            node.storage.sync(new Completion() {
                @Override
                public void succeeded() {
                    node.replica.markDurable(seen);
                }

                @Override
                public void failed(StorageException failure) {
                    throw failure;
                }
            });
        }

        private void crash(Node node) {
            int kept = random.nextInt(node.storage.durable(), node.storage.batches() + 1);
            node.storage = node.storage.after(kept);
            node.naive = node.history.floorEntry(kept).getValue().copy();
            node.history.tailMap(kept, false).clear();
            open(node);
        }

        private Collection<DotSet> others(Node node) {
            return nodes.stream()
                    .filter(each -> each != node)
                    .map(each -> node.known.getOrDefault(each.id, DotSet.empty()))
                    .toList();
        }

        private void compare(Node node) {
            remember(node);
            TreeSet<Dot> seen = new TreeSet<>();
            node.replica.seen().dots().forEach(seen::add);
            assertSame(node, "seen-set", seen, node.naive.seen);
            for (String key : KEYS) {
                Record filled = node.replica.excerpt(bytes(key)).filled();
                DotSet history = filled.history();
                NaiveReplica.Entry naive = node.naive.entry(key);
                assertSame(node, key, values(filled), naive.values());
                TreeSet<Dot> known = new TreeSet<>();
                events.forEach((dot, event) -> {
                    if (event.key.equals(key) && history.contains(dot)) {
                        known.add(dot);
                    }
                });
                assertSame(node, key, known, naive.known());
            }
        }

        private void assertSame(Node node, String what, Object real, Object naive) {
            if (!real.equals(naive)) {
                assertThat(real)
                        .as("seed %d, step %d, node %s, %s", seed, step, node.id, what)
                        .isEqualTo(naive);
            }
        }

        void heal() {
            for (int round = 0; round < 12; round++) {
                for (Node node : nodes) {
                    settleStreams(node);
                    for (Node other : nodes) {
                        if (node != other) {
                            pull(node, other, 1_000);
                            for (int i = 0; i < 10 && node.streams.containsKey(other.id); i++) {
                                stretch(node, other, 30);
                            }
                            compare(node);
                        }
                    }
                    while (node.replica.hasDueRemnants()) {
                        node.replica.restrip(2);
                    }
                }
            }
        }

        /**
         * What is seen and superseded by nothing is there; what is superseded by something seen is not. A delete that was lost with
         * its coordinator's last batches may have taken effect where it was read before.
         */
        void checkHistory() {
            TreeSet<Dot> seen = nodes.get(0).naive.seen;
            for (Node node : nodes) {
                assertThat(node.naive.seen).as("seed %d", seed).isEqualTo(seen);
                for (String key : KEYS) {
                    TreeMap<Dot, String> values =
                            values(node.replica.excerpt(bytes(key)).filled());
                    events.forEach((dot, event) -> {
                        List<Dot> later = events.entrySet().stream()
                                .filter(each -> each.getValue().ancestors.contains(dot))
                                .map(Map.Entry::getKey)
                                .toList();
                        if (event.key.equals(key) && event.value != null && seen.contains(dot) && later.isEmpty()) {
                            assertThat(values).as("seed %d, lost", seed).containsEntry(dot, event.value);
                        }
                        if (later.stream().anyMatch(seen::contains)) {
                            assertThat(values).as("seed %d, came back", seed).doesNotContainKey(dot);
                        }
                    });
                    assertThat(seen).as("seed %d, value without its dot", seed).containsAll(values.keySet());
                }
            }
        }

        private <T> T oneOf(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }
    }

    private static TreeMap<Dot, String> values(Record record) {
        TreeMap<Dot, String> values = new TreeMap<>();
        for (Sibling sibling : record.siblings()) {
            values.put(sibling.dot(), text(sibling.value()));
        }
        return values;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
