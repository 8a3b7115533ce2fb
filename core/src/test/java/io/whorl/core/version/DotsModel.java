package io.whorl.core.version;

import io.whorl.core.version.DotsModelNode.Broken;
import io.whorl.core.version.DotsModelNode.Hint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition on three replicas, with three other nodes, under random puts, deletes, reads with read repair, lost,
 * repeated and late replication, hints, writes at fallbacks, anti-entropy, pruning, crashes that undo a suffix of the
 * batches, unreadable records, and replaced replicas. After healing, an exact history of what every write had seen decides
 * what each key must hold.
 */
final class DotsModel {
    private static final int STEPS = 400;
    private static final List<String> NAMES = List.of("A", "B", "C", "D", "E", "F");
    private static final List<String> KEYS = List.of("k1", "k2", "k3");

    /** A write as it really was: what it had seen, with all that those writes had seen; no value for a delete. */
    private record Event(String key, TreeSet<Dot> seen, byte[] value) {}

    /** What a caller holds from a get: a context, and what it truly stands for. */
    private record Read(String key, DotSet context, TreeSet<Dot> seen) {}

    /** A record under way to a replica; or, with a target, to a fallback that keeps it for the target. */
    private record Message(String to, String key, byte[] record, DotSet announced, String target) {}

    private final Generators random;
    private final TreeMap<String, DotsModelNode> nodes = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final TreeMap<Dot, Event> events = new TreeMap<>();
    private final boolean fsync;
    private List<String> replicas = List.of("A", "B", "C");

    DotsModel(long seed, Broken broken) {
        random = new Generators(seed);
        fsync = random.chance(0.5);
        for (String name : NAMES) {
            nodes.put(name, new DotsModelNode(name, nodes.size() + 1, broken));
        }
    }

    /** Runs, heals, and tells what is wrong; nothing, if the rules are kept. */
    List<String> run() {
        for (int step = 0; step < STEPS; step++) {
            step(step);
        }
        for (String other : others()) {
            handOver(other, true);
        }
        for (int round = 0; round < 3; round++) {
            for (String to : replicas) {
                for (String from : replicas) {
                    if (!to.equals(from)) {
                        nodes.get(to).pull(nodes.get(from));
                    }
                }
            }
        }
        return wrong();
    }

    private void step(int step) {
        String key = random.oneOf(KEYS);
        double op = random.random().nextDouble();
        byte[] value =
                random.chance(0.3) ? null : ByteBuffer.allocate(4).putInt(step).array();
        if (op < 0.30) {
            write(key, value, step);
        } else if (op < 0.36) {
            writeAtFallback(key, value, step);
        } else if (op < 0.60) {
            deliverOrLose();
        } else if (op < 0.70) {
            read(key);
        } else if (op < 0.80) {
            String to = random.oneOf(replicas);
            nodes.get(to).pull(nodes.get(random.oneOf(without(replicas, to))));
            done(to);
        } else if (op < 0.86) {
            syncAndTell(random.oneOf(NAMES));
        } else if (op < 0.90) {
            nodes.get(random.oneOf(replicas)).prune(replicas);
        } else if (op < 0.94) {
            handOver(random.oneOf(others()), false);
        } else if (op < 0.97) {
            nodes.get(random.oneOf(NAMES)).crash(random);
        } else if (op < 0.98) {
            String name = random.oneOf(replicas);
            List<DotsModelNode> peers = new ArrayList<>();
            without(replicas, name).forEach(peer -> peers.add(nodes.get(peer)));
            nodes.get(name).loseRecord(random, peers);
        } else if (op > 0.985) {
            replace(random.oneOf(replicas), random.oneOf(others()));
        }
    }

    private void write(String key, byte[] value, long timestamp) {
        String coordinator = random.oneOf(replicas);
        DotsModelNode node = nodes.get(coordinator);
        Read given = random.chance(0.2)
                ? new Read(key, null, seenOf(key, node.filled(key).history()))
                : contextFor(key);
        Dot dot = node.write(key, given.context, value, timestamp);
        events.put(dot, new Event(key, withAncestors(given.seen), value));
        done(coordinator);
        byte[] record = RecordCodec.encode(node.filled(key));
        for (String replica : without(replicas, coordinator)) {
            if (random.chance(0.7)) {
                network.add(new Message(replica, key, record, DotSet.of(dot), null));
            } else if (random.chance(0.5)) {
                network.add(new Message(random.oneOf(others()), key, record, DotSet.of(dot), replica));
            }
        }
    }

    private void writeAtFallback(String key, byte[] value, long timestamp) {
        String fallback = random.oneOf(others());
        Read given = contextFor(key);
        Dot dot = nodes.get(fallback).writeAsFallback(key, given.context, value, timestamp, replicas);
        events.put(dot, new Event(key, withAncestors(given.seen), value));
        done(fallback);
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
        Record record = RecordCodec.decode(message.record);
        boolean forReplica = message.target == null;
        if (forReplica != replicas.contains(message.to)) {
            return; // the roles have changed meanwhile
        }
        if (forReplica) {
            nodes.get(message.to).receive(message.key, record, message.announced);
        } else {
            nodes.get(message.to).keepHint(message.key, record, message.announced, message.target);
        }
        done(message.to);
    }

    private void read(String key) {
        Record record = nodes.get(random.oneOf(replicas)).filled(key);
        if (random.chance(0.5)) {
            record = record.join(nodes.get(random.oneOf(replicas)).filled(key));
            if (random.chance(0.5)) {
                byte[] repair = RecordCodec.encode(record);
                network.add(new Message(random.oneOf(replicas), key, repair, DotSet.empty(), null));
            }
        }
        reads.add(new Read(key, record.history(), seenOf(key, record.history())));
    }

    private void syncAndTell(String name) {
        nodes.get(name).sync();
        for (String replica : replicas) {
            if (random.chance(0.7)) {
                nodes.get(replica).known.put(name, nodes.get(name).durable());
            }
        }
    }

    private void replace(String old, String fresh) {
        handOver(fresh, true);
        if (!nodes.get(fresh).state.hints.isEmpty()) {
            return;
        }
        for (String replica : replicas) {
            nodes.get(fresh).pull(nodes.get(replica));
        }
        nodes.get(fresh).sync();
        replicas = new ArrayList<>(without(replicas, old));
        replicas.add(fresh);
        for (String replica : replicas) {
            nodes.get(replica).known.clear();
        }
        nodes.get(old).becomeEmpty();
    }

    private void handOver(String holder, boolean everything) {
        DotsModelNode node = nodes.get(holder);
        for (Map.Entry<String, Hint> entry : List.copyOf(node.state.hints.entrySet())) {
            Hint hint = entry.getValue();
            for (String target : List.copyOf(hint.targets())) {
                if (!everything && random.chance(0.4)) {
                    continue;
                }
                for (String replica : replicas.contains(target) ? List.of(target) : replicas) {
                    nodes.get(replica).receive(entry.getKey(), hint.record(), hint.dots());
                    nodes.get(replica).sync(); // acknowledged durably before the hint goes
                }
                hint.targets().remove(target);
            }
            if (hint.targets().isEmpty()) {
                node.state.hints.remove(entry.getKey());
            }
        }
        node.commit();
    }

    private void done(String name) {
        if (fsync) {
            nodes.get(name).sync();
        }
    }

    private Read contextFor(String key) {
        List<Read> mine = new ArrayList<>(reads);
        mine.removeIf(read -> !read.key.equals(key));
        return mine.isEmpty() || random.chance(0.4)
                ? new Read(key, DotSet.empty(), new TreeSet<>())
                : random.oneOf(mine);
    }

    private TreeSet<Dot> seenOf(String key, DotSet history) {
        TreeSet<Dot> seen = new TreeSet<>();
        events.forEach((dot, event) -> {
            if (event.key.equals(key) && history.contains(dot)) {
                seen.add(dot);
            }
        });
        return seen;
    }

    private TreeSet<Dot> withAncestors(TreeSet<Dot> dots) {
        TreeSet<Dot> all = new TreeSet<>(dots);
        dots.forEach(dot -> all.addAll(events.get(dot).seen));
        return all;
    }

    private List<String> others() {
        List<String> others = new ArrayList<>(NAMES);
        others.removeAll(replicas);
        return others;
    }

    private static List<String> without(List<String> names, String name) {
        List<String> rest = new ArrayList<>(names);
        rest.remove(name);
        return rest;
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        DotSet seen = DotSet.empty();
        for (String replica : replicas) {
            seen = seen.join(nodes.get(replica).state.seen);
        }
        for (String key : KEYS) {
            Record view = nodes.get(replicas.get(0)).filled(key);
            for (String replica : replicas) {
                if (!nodes.get(replica).filled(key).siblings().equals(view.siblings())) {
                    wrong.add("diverged " + key);
                }
            }
            for (Map.Entry<Dot, Event> entry : events.entrySet()) {
                Dot dot = entry.getKey();
                if (entry.getValue().key.equals(key) && seen.contains(dot)) {
                    check(dot, entry.getValue(), view, seen, wrong);
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
                supersededBySeen |= seen.contains(later.getKey());
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
