package io.whorl.core.version;

import io.whorl.core.version.ClosingModel.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node of {@link ClosingModel}: a replica, or a fallback that keeps hints. All that is durable once synced is in {@code state};
 * {@code history} holds the states that a crash may fall back to.
 */
final class ClosingModelNode {
    /** The rules that can be broken, to see that the model would notice. */
    enum Broken {
        NOTHING,
        IMPLIED,
        NO_FREEZE,
        NOT_SYNCED,
        HINTS_NOT_ASKED,
        REMNANTS_NOT_ASKED
    }

    /** What is kept for others: for whom, and which events it announces. */
    record Hint(Record record, TreeSet<String> targets, DotSet dots) {}

    /** What a node reports: what it has seen of the runs, what its remnants name beyond that, and whether it keeps hints of them. */
    record Report(DotSet seen, TreeMap<String, DotSet> beyond, boolean hints) {}

    static final class State {
        final TreeMap<String, Record> records = new TreeMap<>();
        final TreeMap<Dot, String> log = new TreeMap<>();
        final TreeMap<String, Hint> hints = new TreeMap<>();
        DotSet seen = DotSet.empty();
        View view = View.FIRST;
        long reported; // the newest freeze for which a report was made

        State copy() {
            State copy = new State();
            copy.records.putAll(records);
            copy.log.putAll(log);
            hints.forEach(
                    (key, hint) -> copy.hints.put(key, new Hint(hint.record, new TreeSet<>(hint.targets), hint.dots)));
            copy.seen = seen;
            copy.view = view;
            copy.reported = reported;
            return copy;
        }
    }

    final String name;
    State state = new State();
    long asOf; // the newest freeze for which a durable report was made: what its messages say
    private final Broken broken;
    private final boolean replica;
    private final long number;
    private List<State> history = new ArrayList<>(List.of(state.copy()));
    private final long[] counters = new long[Role.values().length];
    private long runs = 1;

    ClosingModelNode(String name, long number, boolean replica, Broken broken) {
        this.name = name;
        this.number = number;
        this.replica = replica;
        this.broken = broken;
    }

    long run() {
        return number << 32 | runs;
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
        crashTo(random.random().nextInt(history.size()));
    }

    /** Falls back to what was durable after so many of the unsynced batches. */
    void crashTo(int batches) {
        state = history.get(batches).copy();
        history = new ArrayList<>(List.of(state.copy()));
        asOf = state.reported;
        runs++;
        counters[0] = 0;
        counters[1] = 0;
    }

    /** Learns of the cluster's newest state, and takes up a closing if it has reported for it. */
    void learn(View newest) {
        if (newest.epoch() <= state.view.epoch()) {
            return;
        }
        state.view = newest;
        ClosedRuns closed = newest.closed();
        boolean mine = state.reported == closed.newest() || (broken == Broken.NOT_SYNCED && replica);
        if (replica && closed.newest() > state.seen.closed() && mine) {
            state.seen = state.seen.join(DotSet.closedAsOf(closed));
            stripAgain();
        }
        state.log
                .keySet()
                .removeIf(dot -> state.seen.closed() >= closingOf(dot.actor().run()));
        commit();
    }

    private long closingOf(long run) {
        long closing = state.view.closed().closing(run);
        return closing == 0 ? Long.MAX_VALUE : closing;
    }

    /** Reports for the freeze that it knows, if it has not yet; on disk first. */
    Optional<Report> report() {
        long freeze = state.view.freeze();
        if (freeze == 0) {
            return Optional.empty();
        }
        DotSet seen = state.seen.only(actor -> isShut(actor.run()));
        if (state.seen.closed() > 0) {
            seen = seen.join(DotSet.closedAsOf(state.seen.closed(), state.view.closed()));
        }
        TreeMap<String, DotSet> beyond = new TreeMap<>();
        state.records.forEach((key, record) -> {
            DotSet more = record.context().only(actor -> isShut(actor.run())).minus(state.seen);
            if (!more.isEmpty() && broken != Broken.REMNANTS_NOT_ASKED) {
                beyond.put(key, more);
            }
        });
        boolean hints = false;
        for (Hint hint : state.hints.values()) {
            DotSet named = hint.record.history().join(hint.dots);
            hints |= !named.only(actor -> isShut(actor.run())).isEmpty();
        }
        state.reported = freeze;
        commit();
        if (broken != Broken.NOT_SYNCED) {
            sync();
        }
        asOf = freeze;
        return Optional.of(new Report(seen, beyond, hints && broken != Broken.HINTS_NOT_ASKED));
    }

    private boolean isShut(long run) {
        return state.view.frozen().contains(run) || state.view.closed().closing(run) != 0;
    }

    /** Whether a message that was made with this label may be taken: it names nothing unseen of what its maker had not frozen. */
    boolean takes(long label, Record record, DotSet announced) {
        if (broken == Broken.NO_FREEZE) {
            return true;
        }
        DotSet named = record.history().join(announced);
        for (Dot dot : named.dots()) {
            long run = dot.actor().run();
            long closing = state.view.closed().closing(run);
            boolean frozen = closing == 0 && state.view.frozen().contains(run) && label < state.view.freeze();
            boolean closed = closing > label;
            boolean explicit = closing == 0 || closing > state.seen.closed();
            boolean seen = replica && explicit && state.seen.contains(dot);
            if ((frozen || closed) && !seen) {
                return false;
            }
        }
        return true;
    }

    Record filled(String key) {
        return state.records.getOrDefault(key, Record.empty()).fill(state.seen);
    }

    private void store(String key, Record record) {
        Record stripped = record.strip(state.seen);
        if (stripped.isEmpty()) {
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

    private Dot nextDot(Role role) {
        return new Dot(new Actor(run(), 0, role), ++counters[role.ordinal()]);
    }

    private DotSet meant(DotSet context) {
        long newest = state.view.closed().newest();
        return broken == Broken.IMPLIED && newest > 0 ? context.join(DotSet.closedAsOf(state.view.closed())) : context;
    }

    /** A put, or a delete without a value, at a replica; without a context all that is there is superseded. */
    Dot write(String key, DotSet context, byte[] value, long timestamp) {
        Record record = filled(key);
        Dot dot = nextDot(Role.REPLICA);
        DotSet given = context == null ? record.history() : meant(context);
        Record written = value == null ? record.delete(given, dot) : record.put(given, dot, value, timestamp, 0);
        state.seen = state.seen.add(dot);
        state.log.put(dot, key);
        store(key, written);
        commit();
        return dot;
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

    /** Anti-entropy: by the other's dot log, or the whole replica where the log was pruned or a closing is lacking. */
    void pull(ClosingModelNode other) {
        DotSet missing = other.state.seen.minus(state.seen);
        boolean logged = missing.closed() == 0;
        TreeSet<String> keys = new TreeSet<>();
        TreeMap<Dot, String> log = new TreeMap<>();
        for (Dot dot : missing.dots()) {
            String key = other.state.log.get(dot);
            logged &= key != null;
            if (key != null) {
                keys.add(key);
                log.put(dot, key);
            }
        }
        if (!logged) {
            keys.addAll(other.state.records.keySet());
            keys.addAll(state.records.keySet());
        }
        DotSet beyond = missing;
        for (String key : List.copyOf(keys)) {
            if (!takes(other.asOf, other.filled(key), beyond)) {
                return;
            }
        }
        for (String key : keys) {
            store(key, filled(key).join(other.filled(key)));
        }
        state.log.putAll(log);
        state.seen = state.seen.join(other.state.seen);
        stripAgain();
        commit();
    }

    /** What this replica's remnants name beyond its seen-set goes to a peer, which no comparison of seen-sets asks for. */
    void push(ClosingModelNode to) {
        for (Map.Entry<String, Record> entry : List.copyOf(state.records.entrySet())) {
            Record record = filled(entry.getKey());
            if (!state.seen.containsAll(entry.getValue().context()) && to.takes(asOf, record, DotSet.empty())) {
                to.receive(entry.getKey(), record, DotSet.empty());
            }
        }
    }

    void keepHint(String key, Record record, DotSet dots, String target) {
        Hint old = state.hints.getOrDefault(key, new Hint(Record.empty(), new TreeSet<>(), DotSet.empty()));
        TreeSet<String> targets = new TreeSet<>(old.targets);
        targets.add(target);
        state.hints.put(key, new Hint(old.record.join(record), targets, old.dots.join(dots)));
        commit();
    }

    /** No replica is reachable: the record says the given context, the siblings, and this dot alone. */
    Dot writeAsFallback(String key, DotSet context, byte[] value, long timestamp, List<String> replicas) {
        Hint old = state.hints.getOrDefault(key, new Hint(Record.empty(), new TreeSet<>(), DotSet.empty()));
        Dot dot = nextDot(Role.FALLBACK);
        DotSet given = meant(context);
        Record written =
                value == null ? old.record.delete(given, dot) : old.record.put(given, dot, value, timestamp, 0);
        state.hints.put(key, new Hint(written, new TreeSet<>(replicas), old.dots.add(dot)));
        commit();
        return dot;
    }
}
