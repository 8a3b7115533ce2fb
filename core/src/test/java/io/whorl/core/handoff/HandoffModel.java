package io.whorl.core.handoff;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Written;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** One seed's run of {@link HandoffModelTest}: the rules of dots.py, with the real replicas and hint stores in the place of its own. */
final class HandoffModel {
    private static final List<String> KEYS = List.of("k1", "k2", "k3");
    private static final ReplicaId REPLICA = new ReplicaId(1, 0);
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());

    private final SplittableRandom random;
    private final Optional<PlantedBug> bug;
    private final boolean fsync;
    private final List<Holder> holders = new ArrayList<>();
    private final List<Fallback> fallbacks = new ArrayList<>();
    private final List<Runnable> network = new ArrayList<>();
    private final List<Context> contexts = new ArrayList<>();
    private final TreeMap<Dot, Event> events = new TreeMap<>();
    private long runs;
    private long handedOver;

    /** What happened: to which key, with which value (null: a delete), and after which events. */
    private record Event(String key, String value, TreeSet<Dot> ancestors) {}

    private record Context(String key, DotSet seen) {}

    private static final class Holder {
        final NodeId id;
        /** What fallbacks have acknowledged to keep for this node. */
        final TreeSet<Dot> owed = new TreeSet<>();

        TestStorage storage = new TestStorage();
        Replica replica;

        Holder(int number) {
            id = new NodeId(number);
        }
    }

    private static final class Fallback {
        TestStorage storage = new TestStorage();
        HintStore hints;
        Meters meters;
        long run;
    }

    HandoffModel(long seed, Optional<PlantedBug> bug) {
        this.random = new SplittableRandom(seed);
        this.bug = bug;
        this.fsync = random.nextBoolean();
        for (int i = 1; i <= 3; i++) {
            holders.add(new Holder(i));
            fallbacks.add(new Fallback());
        }
        holders.forEach(this::open);
        fallbacks.forEach(this::open);
    }

    long handedOver() {
        return handedOver;
    }

    /** The run; what is wrong at its end. */
    List<String> run(int steps) {
        for (int step = 0; step < steps; step++) {
            int dice = random.nextInt(100);
            String key = oneOf(KEYS);
            String value = random.nextInt(10) < 3 ? null : "v" + step;
            if (dice < 16) {
                write(oneOf(holders), key, value);
            } else if (dice < 28) {
                writeAsFallback(oneOf(fallbacks), key, value);
            } else if (dice < 62) {
                deliver();
            } else if (dice < 68) {
                read(oneOf(holders), key);
            } else if (dice < 70) {
                pull(oneOf(holders), oneOf(holders));
            } else if (dice < 74) {
                sync(oneOf(holders).storage);
                sync(oneOf(fallbacks).storage);
            } else if (dice < 91) {
                handOver(oneOf(fallbacks), oneOf(holders));
            } else if (dice < 96) {
                Fallback fallback = oneOf(fallbacks);
                holders.forEach(holder -> handOverAtOnce(fallback, holder));
            } else {
                crash();
            }
        }
        List<String> wrong = new ArrayList<>();
        handOverAll(wrong);
        for (int round = 0; round < 3; round++) {
            holders.forEach(holder -> holders.forEach(other -> pull(holder, other)));
        }
        for (String key : KEYS) {
            judge(key, wrong);
        }
        return wrong;
    }

    private void open(Holder holder) {
        Actor actor = new Actor(++runs, 0, Role.REPLICA);
        holder.replica = Replica.open(REPLICA, BUCKET, holder.storage, actor, ClosedRuns.none(), bug);
    }

    private void open(Fallback fallback) {
        fallback.run = ++runs;
        fallback.meters = new Meters();
        fallback.hints = HintStore.open(
                fallback.storage,
                new HintBudget(HintOptions.DEFAULT),
                fallback.run,
                partition -> true,
                fallback.meters,
                bug);
    }

    private void write(Holder holder, String key, String value) {
        DotSet context = random.nextInt(5) == 0
                ? holder.replica.excerpt(bytes(key)).filled().history()
                : context(key);
        Written written = holder.replica.write(bytes(key), new Write(bytes(value), context, 0), runs);
        happened(written.dot(), key, value, context);
        acknowledgeable(holder.storage);
        Record filled = written.excerpt().filled();
        DotSet announced = DotSet.of(written.dot());
        for (Holder other : holders) {
            if (other != holder && random.nextInt(10) < 6) {
                network.add(() -> receive(other, key, filled, announced));
            } else if (other != holder && random.nextBoolean()) {
                Fallback fallback = oneOf(fallbacks);
                network.add(() -> {
                    fallback.hints.keep(other.id, REPLICA, bytes(key), filled, announced);
                    acknowledgeable(fallback.storage);
                    other.owed.add(written.dot());
                });
            }
        }
    }

    private void writeAsFallback(Fallback fallback, String key, String value) {
        DotSet context = random.nextInt(5) == 0
                ? fallback.hints.held(REPLICA, bytes(key)).history()
                : context(key);
        List<NodeId> targets = holders.stream().map(each -> each.id).toList();
        FallbackWrite write =
                fallback.hints.write(REPLICA, bytes(key), new Write(bytes(value), context, 0), runs, targets, BUCKET);
        happened(((FallbackWrite.Made) write).dot(), key, value, context);
        acknowledgeable(fallback.storage);
        holders.forEach(holder -> holder.owed.add(((FallbackWrite.Made) write).dot()));
    }

    private void happened(Dot dot, String key, String value, DotSet context) {
        TreeSet<Dot> ancestors = new TreeSet<>();
        events.forEach((earlier, event) -> {
            if (event.key.equals(key) && context.contains(earlier)) {
                ancestors.add(earlier);
                ancestors.addAll(event.ancestors);
            }
        });
        if (events.put(dot, new Event(key, value, ancestors)) != null) {
            throw new AssertionError("dot " + dot + " names two events");
        }
    }

    private DotSet context(String key) {
        List<Context> mine =
                contexts.stream().filter(each -> each.key.equals(key)).toList();
        return mine.isEmpty() || random.nextInt(10) < 4 ? DotSet.empty() : oneOf(mine).seen;
    }

    private void read(Holder holder, String key) {
        Record record = holder.replica.excerpt(bytes(key)).filled();
        if (random.nextBoolean()) {
            record = record.join(oneOf(fallbacks).hints.held(REPLICA, bytes(key)));
        }
        contexts.add(new Context(key, record.history()));
    }

    /** Delivers something, perhaps not for the last time. */
    private void deliver() {
        if (!network.isEmpty()) {
            // Young ones are likelier: else most would be so late that nothing but lateness is tried.
            int at = network.size() - 1 - Math.min(random.nextInt(network.size()), random.nextInt(network.size()));
            (random.nextInt(10) < 8 ? network.remove(at) : network.get(at)).run();
        }
    }

    private void receive(Holder holder, String key, Record record, DotSet announced) {
        holder.replica.receive(List.of(new Arrival(bytes(key), record, announced)));
        acknowledgeable(holder.storage);
    }

    private void pull(Holder holder, Holder other) {
        if (holder != other) {
            for (String key : KEYS) {
                Record theirs = other.replica.excerpt(bytes(key)).filled();
                holder.replica.receive(List.of(new Arrival(bytes(key), theirs, DotSet.empty())));
            }
            holder.replica.joinSeen(other.replica.seen());
            acknowledgeable(holder.storage);
        }
    }

    /** Sends a batch; it, its answer or both may be lost, late or repeated, and an answer to an earlier run is thrown away. */
    private void handOver(Fallback fallback, Holder target) {
        HintShelf.Batch batch = fallback.hints.shelf().batch(target.id, REPLICA, null, 1 + random.nextInt(400));
        long run = fallback.run;
        Map<Long, byte[]> versions = new LinkedHashMap<>();
        batch.hints().forEach(hint -> versions.put(hint.version(), hint.key()));
        if (!batch.hints().isEmpty()) {
            network.add(() -> {
                take(target, batch.hints());
                network.add(() -> {
                    if (fallback.run == run) {
                        long before = fallback.meters.get(Counter.HINTS_HANDED_OVER);
                        fallback.hints.shelf().remove(target.id, REPLICA, versions);
                        handedOver += fallback.meters.get(Counter.HINTS_HANDED_OVER) - before;
                    }
                });
            });
        }
    }

    /** As it goes most of the time: nothing is lost or late. */
    private void handOverAtOnce(Fallback fallback, Holder target) {
        int before = network.size();
        handOver(fallback, target);
        while (network.size() > before) {
            network.remove(network.size() - 1).run();
        }
    }

    private void take(Holder target, List<HintMessage.Hint> hints) {
        List<Arrival> arrivals = new ArrayList<>();
        hints.forEach(hint -> arrivals.add(new Arrival(hint.key(), hint.record(), hint.announced())));
        target.replica.receive(arrivals);
        if (!bug.equals(Optional.of(PlantedBug.HINT_DELETED_BEFORE_DURABLE))) {
            sync(target.storage);
        }
    }

    private void acknowledgeable(TestStorage storage) {
        if (fsync) {
            sync(storage);
        }
    }

    private static void sync(TestStorage storage) {
        storage.sync(new Completion() {
            @Override
            public void succeeded() {}

            @Override
            public void failed(StorageException failure) {
                throw failure;
            }
        });
    }

    private void crash() {
        if (random.nextBoolean()) {
            Holder holder = oneOf(holders);
            holder.storage = crashed(holder.storage);
            open(holder);
        } else {
            Fallback fallback = oneOf(fallbacks);
            fallback.storage = crashed(fallback.storage);
            open(fallback);
        }
    }

    private TestStorage crashed(TestStorage storage) {
        return storage.after(random.nextInt(storage.durable(), storage.batches() + 1));
    }

    /** What was acknowledged as kept for a node, and not undone by a crash, has come to it by hints alone or other ways before. */
    private void handOverAll(List<String> wrong) {
        for (Holder holder : holders) {
            for (Fallback fallback : fallbacks) {
                if (fallback.hints.shelf().counts().has(holder.id)) {
                    take(
                            holder,
                            fallback.hints
                                    .shelf()
                                    .batch(holder.id, REPLICA, null, Integer.MAX_VALUE)
                                    .hints());
                }
            }
            holder.owed.stream()
                    .filter(dot -> fsync && !holder.replica.seen().contains(dot))
                    .forEach(dot -> wrong.add("never handed over to " + holder.id + ": " + dot));
        }
    }

    private void judge(String key, List<String> wrong) {
        TreeMap<Dot, String> values = values(holders.get(0), key);
        if (holders.stream().anyMatch(holder -> !values(holder, key).equals(values))) {
            wrong.add("diverged: " + key);
        }
        events.forEach((dot, event) -> {
            if (event.key.equals(key)) {
                judge(dot, event, holders.get(0).replica.seen(), values).ifPresent(wrong::add);
            }
        });
    }

    private Optional<String> judge(Dot dot, Event event, DotSet seen, TreeMap<Dot, String> values) {
        List<Dot> later = events.entrySet().stream()
                .filter(each -> each.getValue().ancestors.contains(dot))
                .map(Map.Entry::getKey)
                .toList();
        if (fsync && !seen.contains(dot)) {
            return Optional.of("acknowledged and nowhere: " + dot);
        }
        if (seen.contains(dot) && event.value != null && later.isEmpty() && !values.containsKey(dot)) {
            return Optional.of("lost: " + dot);
        }
        return later.stream().anyMatch(seen::contains) && values.containsKey(dot)
                ? Optional.of("came back: " + dot)
                : Optional.empty();
    }

    private static TreeMap<Dot, String> values(Holder holder, String key) {
        TreeMap<Dot, String> values = new TreeMap<>();
        for (Sibling sibling : holder.replica.excerpt(bytes(key)).filled().siblings()) {
            values.put(sibling.dot(), new String(sibling.value(), StandardCharsets.UTF_8));
        }
        return values;
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
