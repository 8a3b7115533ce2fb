package io.whorl.core.replica;

import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.Map;
import java.util.TreeMap;

/** The planted faults of reading a record. */
final class Misreading {
    private final PlantedBug bug;
    private final Map<ByteKey, Record> stale = new TreeMap<>();

    Misreading(PlantedBug bug) {
        this.bug = bug;
    }

    Excerpt of(byte[] key, Record record, DotSet bases) {
        if (bug == PlantedBug.NO_FILL) {
            return new Excerpt(record, DotSet.empty());
        }
        if (bug == PlantedBug.FILL_OF_ANOTHER_INSTANT) {
            Record before = stale.put(new ByteKey(key), record);
            return new Excerpt(before == null ? record : before, bases);
        }
        return new Excerpt(record, bases);
    }
}
