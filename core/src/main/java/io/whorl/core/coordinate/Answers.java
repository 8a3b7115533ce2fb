package io.whorl.core.coordinate;

import io.whorl.core.ring.NodeId;
import io.whorl.core.version.Dot;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the nodes that a get has asked have answered, and whose values were asked for because nobody had given them. */
final class Answers {
    /** Who has answered, in the order of their ids. */
    private final List<NodeId> nodes = new ArrayList<>(4);
    /** What each of them has answered, at the same place. */
    private final List<Record> records = new ArrayList<>(4);
    /** Who was asked for values after it had named dots: true until it answers, false if it will not. Null while nobody was. */
    private Map<NodeId, Boolean> fetching;

    /** A node has answered, perhaps once more. */
    void add(NodeId from, Record filled) {
        int at = 0;
        while (at < nodes.size() && nodes.get(at).compareTo(from) < 0) {
            at++;
        }
        if (at < nodes.size() && nodes.get(at).equals(from)) {
            records.set(at, records.get(at).join(filled));
        } else {
            nodes.add(at, from);
            records.add(at, filled);
        }
        if (fetching != null) {
            fetching.remove(from);
        }
    }

    /** A node will not answer any more; if it was to bring values, they have to come from others. */
    void lost(NodeId node) {
        if (fetching != null) {
            fetching.replace(node, false);
        }
    }

    /** A node is asked for the values of the dots that it has named; or could not be. */
    void fetchesFrom(NodeId node, boolean sent) {
        fetching = fetching == null ? new TreeMap<>() : fetching;
        fetching.put(node, sent);
    }

    /** Forgets everything: the read begins anew. */
    void clear() {
        nodes.clear();
        records.clear();
        fetching = null;
    }

    /** All answers joined. */
    Record joined() {
        Record joined = Record.empty();
        for (Record answer : records) {
            joined = joined.join(answer);
        }
        return joined;
    }

    /** Who has answered, in the order of their ids. */
    List<NodeId> nodes() {
        return nodes;
    }

    /** What a node has answered. */
    Record of(NodeId node) {
        return records.get(nodes.indexOf(node));
    }

    /** The dots of a record whose values nobody has given. */
    List<Dot> missing(Record joined) {
        List<Dot> missing = new ArrayList<>();
        for (Sibling sibling : joined.siblings()) {
            if (sibling.isWithheld()) {
                missing.add(sibling.dot());
            }
        }
        return missing;
    }

    /** Whether somebody who has named the dot is asked for its value now. */
    boolean isFetched(Dot dot) {
        if (fetching == null) {
            return false;
        }
        for (Map.Entry<NodeId, Boolean> entry : fetching.entrySet()) {
            if (entry.getValue() && of(entry.getKey()).siblingDots().contains(dot)) {
                return true;
            }
        }
        return false;
    }

    /** Who has named the dot and was not asked for its value yet, in the order of their ids. */
    List<NodeId> whoHas(Dot dot) {
        List<NodeId> having = new ArrayList<>();
        for (NodeId node : nodes) {
            boolean asked = fetching != null && fetching.containsKey(node);
            if (!asked && of(node).siblingDots().contains(dot)) {
                having.add(node);
            }
        }
        return having;
    }
}
