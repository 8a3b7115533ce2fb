package io.whorl.core.coordinate;

import io.whorl.api.Conflicts;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.List;

/**
 * What a read found.
 *
 * @param siblings newest first; for a last-write-wins bucket one at the most
 * @param history everything that the answering replicas had seen of the key
 */
public record ReadResult(List<Sibling> siblings, DotSet history) {

    /** What a caller gets of a joined record whose values are all there. */
    public static ReadResult of(Record joined, Conflicts conflicts) {
        List<Sibling> siblings = joined.newestFirst();
        boolean one = conflicts == Conflicts.LAST_WRITE_WINS && siblings.size() > 1;
        return new ReadResult(one ? List.of(siblings.get(0)) : siblings, joined.history());
    }
}
