package io.whorl.examples.elastic;

import io.whorl.api.Bucket;
import io.whorl.api.Holder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who holds which row at one moment.
 *
 * @param byRow for each row its holders
 */
record Holdings(List<Set<String>> byRow) {

    static Holdings of(Bucket<String, ?> bucket, int rows) {
        List<Set<String>> byRow = new ArrayList<>(rows);
        Map<Set<String>, Set<String>> known = new HashMap<>();
        for (int row = 0; row < rows; row++) {
            Set<String> holders =
                    bucket.holders(Rows.key(row)).stream().map(Holder::nodeId).collect(Collectors.toSet());
            byRow.add(known.computeIfAbsent(holders, same -> same));
        }
        return new Holdings(byRow);
    }

    /** How many rows each node holds. */
    Map<String, Integer> rowsOfNodes() {
        Map<String, Integer> rows = new TreeMap<>();
        byRow.forEach(holders -> holders.forEach(node -> rows.merge(node, 1, Integer::sum)));
        return rows;
    }

    /** How many copies of rows are where none was before. */
    long movedSince(Holdings before) {
        long moved = 0;
        for (int row = 0; row < byRow.size(); row++) {
            Set<String> then = before.byRow.get(row);
            moved +=
                    byRow.get(row).stream().filter(node -> !then.contains(node)).count();
        }
        return moved;
    }

    /** How many had to move at the least: what nodes that were not there before hold now, or what those that are gone held. */
    long leastSince(Holdings before) {
        Map<String, Integer> then = before.rowsOfNodes();
        Map<String, Integer> now = rowsOfNodes();
        long came = now.entrySet().stream()
                .filter(entry -> !then.containsKey(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long went = then.entrySet().stream()
                .filter(entry -> !now.containsKey(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return Math.max(came, went);
    }
}
