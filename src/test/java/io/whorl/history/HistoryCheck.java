package io.whorl.history;

import io.whorl.history.Operation.Outcome;
import io.whorl.history.Operation.Read;
import io.whorl.history.Operation.Values;
import io.whorl.history.Operation.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what clients did with what is there in the end, after all faults have healed and the replicas are equal.
 *
 * <ul>
 *   <li><b>Nothing is lost</b>: an acknowledged value is there, or a write that may have taken effect had seen it. Any write whose
 *       context covers a value either had read that value, or had read after another one that covers it had replaced it; so
 *       among all that cover it there is one that had read the value itself. Where no write has, nothing may have replaced it.
 *   <li><b>Nothing comes back</b>: a value that an acknowledged write had seen is not there, be it a put or a delete.
 *   <li><b>Nothing is invented</b>: what is there, or was read, was put to that key, by a put that was not refused and had begun.
 * </ul>
 *
 * A put of unknown outcome may be there or not; so may a value that only writes of unknown outcome had seen.
 */
public final class HistoryCheck {
    private final Map<String, List<Operation>> byKey = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    private HistoryCheck(List<Operation> history) {
        for (Operation operation : history) {
            byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
        }
    }

    /**
     * Everything that contradicts the history; empty if nothing does.
     *
     * @param history every request, in any order
     * @param found the values of each key at the end; a key that is missing has none
     */
    public static List<String> violations(List<Operation> history, Map<String, Set<String>> found) {
        HistoryCheck check = new HistoryCheck(history);
        Set<String> keys = new TreeSet<>(check.byKey.keySet());
        keys.addAll(found.keySet());
        for (String key : keys) {
            check.check(key, found.getOrDefault(key, Set.of()));
        }
        return check.violations;
    }

    private void check(String key, Set<String> found) {
        List<Operation> operations = byKey.getOrDefault(key, List.of());
        Map<String, Operation> puts = new LinkedHashMap<>();
        List<Operation> writes = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.action() instanceof Write write) {
                writes.add(operation);
                if (write.value() != null && puts.put(write.value(), operation) != null) {
                    throw new IllegalArgumentException("the value " + write.value() + " was put twice");
                }
            }
        }
        for (Map.Entry<String, Operation> put : puts.entrySet()) {
            if (put.getValue().outcome() == Outcome.ACKNOWLEDGED && !found.contains(put.getKey())) {
                lost(put.getKey(), put.getValue(), writes);
            }
        }
        for (String value : new TreeSet<>(found)) {
            invented(key, "is there", value, puts, Operation.NEVER);
            cameBack(value, writes);
        }
        for (Operation operation : operations) {
            if (operation.action() instanceof Read read) {
                read.values()
                        .forEach(value ->
                                invented(key, "was read by " + operation.client(), value, puts, operation.ended()));
            }
        }
    }

    private void lost(String value, Operation put, List<Operation> writes) {
        if (writes.stream().noneMatch(write -> mayReplace(write, value, put))) {
            violations.add("lost: " + value + " of key " + put.key() + ", acknowledged to " + put.client()
                    + ", is not there, and no write had seen it");
        }
    }

    private static boolean mayReplace(Operation write, String value, Operation put) {
        if (!write.mayHaveWritten() || write.puts(value)) {
            return false;
        }
        // Without a context it replaces what its coordinator holds at some instant before its end.
        return ((Write) write.action()).over() instanceof Values seen
                ? seen.values().contains(value)
                : write.ended() >= put.begun();
    }

    private void cameBack(String value, List<Operation> writes) {
        for (Operation write : writes) {
            if (write.outcome() == Outcome.ACKNOWLEDGED
                    && ((Write) write.action()).over() instanceof Values seen
                    && seen.values().contains(value)) {
                violations.add("came back: " + value + " of key " + write.key() + " is there, although "
                        + write.client() + " had seen it and replaced it by "
                        + ((Write) write.action()).value());
                return;
            }
        }
    }

    private void invented(String key, String where, String value, Map<String, Operation> puts, long by) {
        Operation put = puts.get(value);
        if (put == null) {
            violations.add("invented: " + value + " of key " + key + " " + where + ", and nobody has put it");
        } else if (put.outcome() == Outcome.NOT_APPLIED) {
            violations.add("not applied: " + value + " of key " + key + " " + where + ", although " + put.client()
                    + " was told that it was not applied");
        } else if (put.begun() > by) {
            violations.add("too early: " + value + " of key " + key + " " + where + " before it was put");
        }
    }
}
