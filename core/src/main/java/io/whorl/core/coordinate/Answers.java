package io.whorl.core.coordinate;

import io.whorl.core.ring.NodeId;
import io.whorl.core.version.Dot;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the nodes that a get has asked have answered, and whose values were asked for because nobody had given them. */
final class Answers {
    private final Map<NodeId, Record> records = new TreeMap<>();
    /** Who was asked for values after it had named dots: true until it answers, false if it will not. */
    private final Map<NodeId, Boolean> fetching = new TreeMap<>();

    /** A node has answered, perhaps once more. */
    void add(NodeId from, Record filled) {
        records.merge(from, filled, Record::join);
        fetching.remove(from);
    }

    /** A node will not answer any more; if it was to bring values, they have to come from others. */
    void lost(NodeId node) {
        fetching.computeIfPresent(node, (any, open) -> false);
    }

    /** A node is asked for the values of the dots that it has named; or could not be. */
    void fetchesFrom(NodeId node, boolean sent) {
        fetching.put(node, sent);
    }

    /** All answers joined. */
    Record joined() {
        Record joined = Record.empty();
        for (Record answer : records.values()) {
            joined = joined.join(answer);
        }
        return joined;
    }

    /** Each node's answer, in the order of their ids. */
    Map<NodeId, Record> records() {
        return records;
    }

    /** The dots of a record whose values nobody has given. */
    List<Dot> missing(Record joined) {
        return joined.siblings().stream()
                .filter(Sibling::isWithheld)
                .map(Sibling::dot)
                .toList();
    }

    /** Whether somebody who has named the dot is asked for its value now. */
    boolean isFetched(Dot dot) {
        return fetching.entrySet().stream()
                .anyMatch(entry -> entry.getValue()
                        && records.get(entry.getKey()).siblingDots().contains(dot));
    }

    /** Who has named the dot and was not asked for its value yet, in the order of their ids. */
    List<NodeId> whoHas(Dot dot) {
        return records.entrySet().stream()
                .filter(entry -> !fetching.containsKey(entry.getKey())
                        && entry.getValue().siblingDots().contains(dot))
                .map(Map.Entry::getKey)
                .toList();
    }
}
