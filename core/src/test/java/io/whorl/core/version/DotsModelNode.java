package io.whorl.core.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node of {@link DotsModel}: a replica, or a fallback that keeps hints, made of nothing but the values of this package.
 * All that is durable is in {@code state}; {@code history} holds the states that a crash may fall back to.
 */
final class DotsModelNode {
    /** The rules that can be broken, to see that the model would notice. */
    enum Broken {
        NOTHING,
        REUSED_ACTOR,
        ROUNDED_FALLBACK,
        NO_FILL,
        EARLY_REMOVE,
        TRUSTING_ABSENCE,
        SKIPPING_ABSENCE
    }

    /** What is kept for others: for whom, and which events it announces. */
    record Hint(Record record, TreeSet<String> targets, DotSet dots) {}

    /** What is durable, once synced. */
    static final class State {
        final TreeMap<String, Record> records = new TreeMap<>();
        final TreeMap<Dot, String> log = new TreeMap<>();
        final TreeMap<String, Hint> hints = new TreeMap<>();
        final long[] counters = new long[Role.values().length];
        DotSet seen = DotSet.empty();

        State copy() {
            State copy = new State();
            copy.records.putAll(records);
            copy.log.putAll(log);
            hints.forEach(
                    (key, hint) -> copy.hints.put(key, new Hint(hint.record, new TreeSet<>(hint.targets), hint.dots)));
            System.arraycopy(counters, 0, copy.counters, 0, counters.length);
            copy.seen = seen;
            return copy;
        }
    }

    final String name;
    State state = new State();
    final TreeMap<String, DotSet> known = new TreeMap<>(); // what each replica is known to have seen durably
    private final Broken broken;
    private final long number;
    private List<State> history = new ArrayList<>(List.of(state.copy()));
    private long runs = 1;

    DotsModelNode(String name, long number, Broken broken) {
        this.name = name;
        this.number = number;
        this.broken = broken;
    }

    void commit() {
        history.add(state.copy());
    }

    void sync() {
        history = new ArrayList<>(List.of(history.get(history.size() - 1)));
    }

    DotSet durable() {
        return history.get(0).seen;
    }

    void crash(Generators random) {
        state = random.oneOf(history).copy();
        history = new ArrayList<>(List.of(state.copy()));
        known.clear();
        if (broken != Broken.REUSED_ACTOR) {
            newActors();
        }
    }

    void becomeEmpty() {
        state = new State();
        newActors();
        commit();
        sync();
    }

    private void newActors() {
        runs++;
        Arrays.fill(state.counters, 0);
    }

    private Dot nextDot(Role role) {
        return new Dot(new Actor(number << 32 | runs, 0, role), ++state.counters[role.ordinal()]);
    }

    Record filled(String key) {
        return fill(state.records.getOrDefault(key, Record.empty()));
    }

    private Record fill(Record record) {
        return broken == Broken.NO_FILL ? record : record.fill(state.seen);
    }

    private void store(String key, Record record) {
        Record stripped = record.strip(state.seen);
        if (stripped.isEmpty()
                || (broken == Broken.EARLY_REMOVE && stripped.siblings().isEmpty())) {
            state.records.remove(key);
        } else {
            state.records.put(key, stripped);
        }
    }

    private void stripAgain() {
        for (Map.Entry<String, Record> entry : List.copyOf(state.records.entrySet())) {
            if (!entry.getValue().context().isEmpty()) {
                store(entry.getKey(), entry.getValue());
            }
        }
    }

    /** A put (or a delete, without a value) at a replica; without a context all that is there is superseded. */
    Dot write(String key, DotSet context, byte[] value, long timestamp) {
        Record record = filled(key);
        Dot dot = nextDot(Role.REPLICA);
        Record written = written(record, context == null ? record.history() : context, dot, value, timestamp);
        state.seen = state.seen.add(dot);
        state.log.put(dot, key);
        store(key, written);
        commit();
        return dot;
    }

    private Record written(Record record, DotSet context, Dot dot, byte[] value, long timestamp) {
        if (broken != Broken.REUSED_ACTOR) {
            return value == null ? record.delete(context, dot) : record.put(context, dot, value, timestamp, 0);
        }
        // Record refuses a dot that it has seen; here the very damage is to be done.
        TreeMap<Dot, Sibling> siblings = new TreeMap<>();
        for (Sibling sibling : record.siblings()) {
            if (!context.contains(sibling.dot())) {
                siblings.put(sibling.dot(), sibling);
            }
        }
        if (value != null) {
            siblings.put(dot, new Sibling(dot, value, timestamp, 0));
        }
        return new Record(
                new ArrayList<>(siblings.values()),
                record.history().join(context).add(dot));
    }

    void receive(String key, Record record, DotSet announced) {
        Record merged = filled(key).join(record);
        for (Dot dot : announced.join(record.siblingDots()).minus(state.seen).dots()) {
            state.seen = state.seen.add(dot);
            state.log.put(dot, key);
        }
        store(key, merged);
        stripAgain();
        commit();
    }

    /** Anti-entropy: by the other's dot log, or the whole replica where the log was pruned. */
    void pull(DotsModelNode other) {
        DotSet missing = other.state.seen.minus(state.seen);
        boolean logged = true;
        TreeSet<String> keys = new TreeSet<>();
        for (Dot dot : missing.dots()) {
            String key = other.state.log.get(dot);
            logged &= key != null;
            if (key != null) {
                keys.add(key);
                state.log.put(dot, key);
            }
        }
        if (!logged) {
            keys.addAll(other.state.records.keySet());
            keys.addAll(state.records.keySet());
        }
        for (String key : keys) {
            store(key, filled(key).join(other.filled(key)));
        }
        state.seen = state.seen.join(other.state.seen);
        stripAgain();
        commit();
    }

    /** A stored record turns out unreadable: in doubt, the replica takes itself anew from its peers. */
    void loseRecord(Generators random, Collection<DotsModelNode> peers) {
        if (state.records.isEmpty()) {
            return;
        }
        state.records.remove(random.oneOf(List.copyOf(state.records.keySet())));
        if (broken == Broken.TRUSTING_ABSENCE) {
            commit();
            return;
        }
        TreeMap<String, Record> kept = new TreeMap<>();
        state.records.forEach((key, record) -> kept.put(key, fill(record)));
        DotSet seen = DotSet.empty();
        for (Map.Entry<Dot, String> entry : state.log.entrySet()) {
            if (kept.containsKey(entry.getValue()) && state.seen.contains(entry.getKey())) {
                seen = seen.add(entry.getKey());
            }
        }
        TreeMap<Dot, String> log = new TreeMap<>(state.log);
        TreeSet<String> every = new TreeSet<>(kept.keySet());
        peers.forEach(peer -> every.addAll(peer.state.records.keySet()));
        for (DotsModelNode peer : peers) { // absent here means unknown; absent there, filled, means deleted
            for (String key : every) {
                boolean skipped = broken == Broken.SKIPPING_ABSENCE && !peer.state.records.containsKey(key);
                Record theirs = skipped ? Record.empty() : peer.filled(key);
                kept.put(key, kept.getOrDefault(key, Record.empty()).join(theirs));
            }
            seen = seen.join(peer.state.seen);
            log.putAll(peer.state.log);
        }
        for (Record record : kept.values()) {
            seen = seen.join(record.siblingDots());
        }
        newActors();
        DotSet taken = seen;
        log.keySet().removeIf(dot -> !taken.contains(dot));
        state.records.clear();
        state.log.clear();
        state.log.putAll(log);
        state.seen = taken;
        kept.forEach(this::store);
        commit();
        sync();
    }

    void prune(Collection<String> replicas) {
        state.log.keySet().removeIf(dot -> {
            for (String replica : replicas) {
                DotSet theirs = replica.equals(name) ? durable() : known.getOrDefault(replica, DotSet.empty());
                if (!theirs.contains(dot)) {
                    return false;
                }
            }
            return true;
        });
        commit();
    }

    void keepHint(String key, Record record, DotSet dots, String target) {
        Hint old = state.hints.getOrDefault(key, new Hint(Record.empty(), new TreeSet<>(), DotSet.empty()));
        TreeSet<String> targets = new TreeSet<>(old.targets);
        targets.add(target);
        state.hints.put(key, new Hint(old.record.join(record), targets, old.dots.join(dots)));
        commit();
    }

    /** No replica is reachable: rule 4, the record says the given context, the siblings, and this dot alone. */
    Dot writeAsFallback(String key, DotSet context, byte[] value, long timestamp, Collection<String> replicas) {
        Hint old = state.hints.getOrDefault(key, new Hint(Record.empty(), new TreeSet<>(), DotSet.empty()));
        Dot dot = nextDot(Role.FALLBACK);
        Record written = written(old.record, context, dot, value, timestamp);
        if (broken == Broken.ROUNDED_FALLBACK) {
            DotSet rounded = DotSet.range(dot.actor(), 1, dot.counter());
            written = new Record(written.siblings(), written.context().join(rounded));
        }
        state.hints.put(key, new Hint(written, new TreeSet<>(replicas), old.dots.add(dot)));
        commit();
        return dot;
    }
}
