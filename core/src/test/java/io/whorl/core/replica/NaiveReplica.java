package io.whorl.core.replica;

import io.whorl.core.version.Dot;
import java.util.Collection;
import java.util.TreeMap;
import java.util.TreeSet;

/** A replica as one would write it without caring for space: per key, the values and every event that is incorporated. */
final class NaiveReplica {
    final TreeSet<Dot> seen = new TreeSet<>();
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    /** A key's values, and which of its events they incorporate. */
    record Entry(TreeMap<Dot, String> values, TreeSet<Dot> known) {
        Entry() {
            this(new TreeMap<>(), new TreeSet<>());
        }

        Entry copy() {
            return new Entry(new TreeMap<>(values), new TreeSet<>(known));
        }

        /** A value stays if both have it, or if the side that lacks it does not know of it. */
        void join(Entry other) {
            values.keySet().removeIf(dot -> !other.values.containsKey(dot) && other.known.contains(dot));
            other.values.forEach((dot, value) -> {
                if (!known.contains(dot)) {
                    values.put(dot, value);
                }
            });
            known.addAll(other.known);
        }
    }

    Entry entry(String key) {
        return entries.computeIfAbsent(key, k -> new Entry());
    }

    void write(String key, Collection<Dot> context, Dot dot, String value) {
        Entry entry = entry(key);
        entry.values.keySet().removeAll(context);
        entry.known.addAll(context);
        entry.known.add(dot);
        if (value != null) {
            entry.values.put(dot, value);
        }
        seen.add(dot);
    }

    void receive(String key, Entry other, Collection<Dot> announced) {
        entry(key).join(other);
        seen.addAll(announced);
        seen.addAll(other.values.keySet());
    }

    NaiveReplica copy() {
        NaiveReplica copy = new NaiveReplica();
        copy.seen.addAll(seen);
        entries.forEach((key, entry) -> copy.entries.put(key, entry.copy()));
        return copy;
    }
}
