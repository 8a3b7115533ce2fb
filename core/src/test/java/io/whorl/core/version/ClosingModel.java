package io.whorl.core.version;

import io.whorl.core.version.ClosingModelNode.Broken;
import io.whorl.core.version.ClosingModelNode.Hint;
import io.whorl.core.version.ClosingModelNode.Report;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition on three replicas, with two other nodes, whose old runs are closed again and again under random puts, deletes, reads with
 * read repair, lost, repeated and late messages, hints, writes at fallbacks, anti-entropy, and crashes that undo a suffix of the
 * batches. Every node learns of a freeze and of a closing in its own time. Afterwards, an exact history of what every write had
 * seen decides what each key must hold.
 */
final class ClosingModel {
    private static final int STEPS = 600;
    private static final List<String> REPLICAS = List.of("A", "B", "C");
    private static final List<String> OTHERS = List.of("D", "E");
    private static final List<String> KEYS = List.of("k1", "k2", "k3");

    /** What the cluster has agreed on: which runs are closed, and which are frozen under which number (0: none). */
    record View(long epoch, ClosedRuns closed, long freeze, Set<Long> frozen) {
        static final View FIRST = new View(1, ClosedRuns.none(), 0, Set.of());
    }

    private record Event(String key, TreeSet<Dot> seen, byte[] value) {}

    private record Read(String key, byte[] context, TreeSet<Dot> seen) {}

    private record Message(String to, String key, byte[] record, DotSet announced, String target, long asOf) {}

    private final Generators random;
    private final TreeMap<String, ClosingModelNode> nodes = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final TreeMap<Dot, Event> events = new TreeMap<>();
    private final TreeMap<String, Report> reports = new TreeMap<>();
    private final boolean fsync;
    private View view = View.FIRST;
    private DotSet agreed = DotSet.empty(); // the dots that were seen when their runs were closed
    private int closings;

    ClosingModel(long seed, Broken broken) {
        random = new Generators(seed);
        fsync = random.chance(0.3);
        for (String name : REPLICAS) {
            nodes.put(name, new ClosingModelNode(name, nodes.size() + 1, true, broken));
        }
        for (String name : OTHERS) {
            nodes.put(name, new ClosingModelNode(name, nodes.size() + 1, false, broken));
        }
    }

    int closings() {
        return closings;
    }

    /** Runs, heals, and tells what is wrong; nothing, if the rules are kept. */
    List<String> run() {
        for (int step = 0; step < STEPS; step++) {
            step(step);
        }
        if (view.freeze() != 0) {
            view = new View(view.epoch() + 1, view.closed(), 0, Set.of());
        }
        nodes.values().forEach(node -> node.learn(view));
        List<String> wrong = new ArrayList<>();
        for (String other : OTHERS) {
            handOver(other, true);
            if (!nodes.get(other).state.hints.isEmpty()) {
                wrong.add("a hint that nobody takes at " + other);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (String to : REPLICAS) {
                for (String from : REPLICAS) {
                    if (!to.equals(from)) {
                        nodes.get(to).pull(nodes.get(from));
                        nodes.get(from).push(nodes.get(to));
                    }
                }
            }
        }
        wrong.addAll(wrong());
        return wrong;
    }

    private void step(int step) {
        if (view.freeze() != 0 && random.chance(0.5)) {
            goOnClosing();
            return;
        }
        String key = random.oneOf(KEYS);
        double op = random.random().nextDouble();
        byte[] value =
                random.chance(0.3) ? null : ByteBuffer.allocate(4).putInt(step).array();
        if (op < 0.22) {
            write(key, value, step);
        } else if (op < 0.25) {
            writeAtFallback(key, value, step);
        } else if (op < 0.48) {
            deliverOrLose();
        } else if (op < 0.56) {
            read(key);
        } else if (op < 0.70) {
            exchange(random.oneOf(REPLICAS), random.oneOf(REPLICAS), random.chance(0.5));
        } else if (op < 0.73) {
            anyNode().sync();
        } else if (op < 0.75) {
            prune(nodes.get(random.oneOf(REPLICAS)));
        } else if (op < 0.79) {
            handOver(random.oneOf(OTHERS), false);
        } else if (op < 0.83) {
            anyNode().crash(random);
        } else if (op < 0.90) {
            anyNode().learn(view);
        } else {
            agree();
        }
    }

    private void goOnClosing() {
        ClosingModelNode node = anyNode();
        if (node.state.view.equals(view)) {
            node.report().ifPresent(report -> reports.put(node.name, report));
            if (reports.size() == nodes.size()) {
                agree();
            }
        } else {
            node.learn(view);
        }
    }

    /** What a cluster does by itself when all is well: hints are handed over, replicas become equal, batches durable. */
    private void settle() {
        if (random.chance(0.6)) {
            OTHERS.forEach(other -> handOver(other, true));
        }
        boolean pushes = random.chance(0.6);
        for (int round = 0; round < 2; round++) {
            REPLICAS.forEach(to -> REPLICAS.forEach(from -> exchange(to, from, pushes)));
        }
        nodes.values().forEach(ClosingModelNode::sync);
    }

    private ClosingModelNode anyNode() {
        return random.oneOf(List.copyOf(nodes.values()));
    }

    /** An epoch: a freeze of all runs that have ended; or what the reports say of the one there is. */
    private void agree() {
        if (view.freeze() == 0) {
            if (random.chance(0.8)) {
                settle();
            }
            TreeSet<Long> ended = new TreeSet<>();
            REPLICAS.forEach(name -> nodes.get(name).state.seen.actors().forEach(actor -> ended.add(actor.run())));
            nodes.values().forEach(node -> ended.remove(node.run()));
            if (!ended.isEmpty()) {
                view = new View(view.epoch() + 1, view.closed(), view.epoch() + 1, Set.copyOf(ended));
                reports.clear();
            }
            return;
        }
        if (reports.size() < nodes.size() && random.chance(0.8)) {
            return;
        }
        boolean equal = reports.size() == nodes.size();
        for (String name : equal ? REPLICAS : List.<String>of()) {
            Report mine = reports.get(name);
            Report first = reports.get("A");
            equal &= mine.seen().equals(first.seen()) && mine.beyond().equals(first.beyond());
        }
        equal &= reports.values().stream().noneMatch(Report::hints);
        ClosedRuns closed = view.closed();
        if (equal) {
            agreed = agreed.join(reports.get("A").seen().only(actor -> true));
            closed = closed.with(view.freeze(), view.frozen());
            closings++;
        }
        view = new View(view.epoch() + 1, closed, 0, Set.of());
    }

    private void write(String key, byte[] value, long timestamp) {
        ClosingModelNode node = nodes.get(random.oneOf(REPLICAS));
        Read given = random.chance(0.2) ? null : contextFor(key);
        TreeSet<Dot> seen = given == null ? seenOf(key, node.filled(key).history()) : given.seen;
        Dot dot = node.write(key, given == null ? null : opened(node, given), value, timestamp);
        events.put(dot, new Event(key, withAncestors(seen), value));
        done(node);
        byte[] record = RecordCodec.encode(node.filled(key));
        for (String replica : REPLICAS) {
            if (replica.equals(node.name)) {
                continue;
            }
            if (random.chance(0.75)) {
                network.add(new Message(replica, key, record, DotSet.of(dot), null, node.asOf));
            } else if (random.chance(0.4)) {
                network.add(new Message(random.oneOf(OTHERS), key, record, DotSet.of(dot), replica, node.asOf));
            }
        }
    }

    private DotSet opened(ClosingModelNode node, Read read) {
        DotSet context = DotSetCodec.decode(read.context);
        if (context.closed() > node.state.view.closed().newest()) {
            node.learn(view);
        }
        return context.resolved(node.state.view.closed());
    }

    private void writeAtFallback(String key, byte[] value, long timestamp) {
        ClosingModelNode node = nodes.get(random.oneOf(OTHERS));
        Read given = contextFor(key);
        Dot dot = node.writeAsFallback(key, opened(node, given), value, timestamp, REPLICAS);
        events.put(dot, new Event(key, withAncestors(given.seen), value));
        done(node);
    }

    private void deliverOrLose() {
        if (network.isEmpty()) {
            return;
        }
        int at = random.random().nextInt(network.size());
        Message message = network.get(at);
        if (random.chance(0.85)) { // else it comes again
            network.remove(at);
        }
        if (random.chance(0.15)) {
            return;
        }
        ClosingModelNode node = nodes.get(message.to);
        Record decoded = RecordCodec.decode(message.record);
        if (decoded.context().closed() > node.state.view.closed().newest()) {
            node.learn(view);
        }
        Record record = decoded.resolved(node.state.view.closed());
        if (!node.takes(message.asOf, record, message.announced)) {
            return;
        }
        if (message.target == null) {
            node.receive(message.key, record, message.announced);
        } else {
            node.keepHint(message.key, record, message.announced, message.target);
        }
        done(node);
    }

    /** Of one replica, or of two; the first may have answered long before the second. */
    private void read(String key) {
        ClosingModelNode first = nodes.get(random.oneOf(REPLICAS));
        Record record = first.filled(key);
        long asOf = first.asOf;
        if (random.chance(0.5)) {
            if (random.chance(0.3)) {
                whileAReadWaits(first);
            }
            ClosingModelNode second = nodes.get(random.oneOf(REPLICAS));
            Record other = second.filled(key);
            long newest = Math.max(record.context().closed(), other.context().closed());
            asOf = Math.min(asOf, second.asOf);
            if (asOf < newest) {
                return; // of two closings, and one of them was not ready for the later
            }
            record = record.join(other);
            ClosingModelNode coordinator = anyNode();
            if (random.chance(0.7) && asOf >= coordinator.asOf) {
                network.add(new Message(
                        random.oneOf(REPLICAS),
                        key,
                        RecordCodec.encode(record),
                        DotSet.empty(),
                        null,
                        coordinator.asOf));
            }
        }
        reads.add(new Read(key, DotSetCodec.encode(record.history()), seenOf(key, record.history())));
    }

    /** Another answer may take long, and the node that gave the first may have lost it meanwhile. */
    private void whileAReadWaits(ClosingModelNode first) {
        if (random.chance(0.5)) {
            first.crash(random);
        }
        if (view.freeze() == 0) {
            agree();
        }
        for (int i = 0; i < 30; i++) {
            goOnClosing();
        }
    }

    private void exchange(String to, String from, boolean pushes) {
        if (!to.equals(from)) {
            if (nodes.get(from).state.seen.closed()
                    > nodes.get(to).state.view.closed().newest()) {
                nodes.get(to).learn(view);
            }
            nodes.get(to).pull(nodes.get(from));
            if (pushes) {
                nodes.get(from).push(nodes.get(to));
            }
            done(nodes.get(to));
        }
    }

    private void prune(ClosingModelNode node) {
        node.state.log.keySet().removeIf(dot -> {
            for (String replica : REPLICAS) {
                DotSet durable = nodes.get(replica).durable();
                if (!durable.contains(dot)) {
                    return false;
                }
            }
            return true;
        });
        node.commit();
    }

    private void handOver(String holder, boolean everything) {
        ClosingModelNode node = nodes.get(holder);
        for (Map.Entry<String, Hint> entry : List.copyOf(node.state.hints.entrySet())) {
            Hint hint = entry.getValue();
            for (String target : List.copyOf(hint.targets())) {
                ClosingModelNode replica = nodes.get(target);
                if (hint.record().context().closed()
                        > replica.state.view.closed().newest()) {
                    replica.learn(view);
                }
                boolean now = everything || random.chance(0.6);
                if (now && replica.takes(node.asOf, hint.record(), hint.dots())) {
                    replica.receive(entry.getKey(), hint.record(), hint.dots());
                    replica.sync(); // acknowledged durably before the hint goes
                    hint.targets().remove(target);
                }
            }
            if (hint.targets().isEmpty()) {
                node.state.hints.remove(entry.getKey());
            }
        }
        node.commit();
    }

    private void done(ClosingModelNode node) {
        if (fsync) {
            node.sync();
        }
    }

    private Read contextFor(String key) {
        List<Read> mine = new ArrayList<>(reads);
        mine.removeIf(read -> !read.key.equals(key));
        return mine.isEmpty() || random.chance(0.4)
                ? new Read(key, DotSetCodec.encode(DotSet.empty()), new TreeSet<>())
                : random.oneOf(mine);
    }

    private TreeSet<Dot> seenOf(String key, DotSet history) {
        TreeSet<Dot> seen = new TreeSet<>();
        events.forEach((dot, event) -> {
            if (event.key.equals(key) && isIn(dot, history)) {
                seen.add(dot);
            }
        });
        return seen;
    }

    /** Whether a set has an event that there is: of a closed run only what was seen at its closing exists. */
    private boolean isIn(Dot dot, DotSet set) {
        return set.contains(dot)
                && (view.closed().closing(dot.actor().run()) == 0
                        || agreed.contains(dot)
                        || set.only(dot.actor()::equals).contains(dot));
    }

    private TreeSet<Dot> withAncestors(TreeSet<Dot> dots) {
        TreeSet<Dot> all = new TreeSet<>(dots);
        dots.forEach(dot -> all.addAll(events.get(dot).seen));
        return all;
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        DotSet seen = DotSet.empty();
        for (String replica : REPLICAS) {
            seen = seen.join(nodes.get(replica).state.seen);
        }
        for (String key : KEYS) {
            Record view = nodes.get("A").filled(key);
            for (String replica : REPLICAS) {
                if (!nodes.get(replica).filled(key).siblings().equals(view.siblings())) {
                    wrong.add("diverged " + key);
                }
                Optional.ofNullable(nodes.get(replica).state.records.get(key))
                        .filter(record ->
                                !record.equals(nodes.get("A").state.records.get(key)))
                        .ifPresent(record -> wrong.add("stored otherwise " + key));
            }
            for (Map.Entry<Dot, Event> entry : events.entrySet()) {
                if (entry.getValue().key.equals(key) && isIn(entry.getKey(), seen)) {
                    check(entry.getKey(), entry.getValue(), view, seen, wrong);
                }
            }
        }
        return wrong;
    }

    private void check(Dot dot, Event event, Record view, DotSet seen, List<String> wrong) {
        boolean superseded = false;
        boolean supersededBySeen = false;
        for (Map.Entry<Dot, Event> later : events.entrySet()) {
            if (later.getValue().key.equals(event.key) && later.getValue().seen.contains(dot)) {
                superseded = true;
                supersededBySeen |= isIn(later.getKey(), seen);
            }
        }
        boolean shown = view.siblingDots().contains(dot);
        if (event.value != null && !shown && !superseded) {
            wrong.add("lost " + event.key + " " + dot);
        }
        if (shown && supersededBySeen) {
            wrong.add("came back " + event.key + " " + dot);
        }
    }
}
