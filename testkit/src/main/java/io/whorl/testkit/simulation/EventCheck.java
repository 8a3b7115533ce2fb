package io.whorl.testkit.simulation;

import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import java.util.Collection;

/**
 * Promises P1 to P3 after everything has settled: what a key holds follows from which events its replicas have seen and what each
 * of those had seen. The rules are those at the end of dots.py.
 *
 * <ul>
 *   <li>Must: a seen put that no event at all had seen is there.
 *   <li>May: a seen put that only events had seen which nobody has any more, lost with power or with disks, may be there.
 *   <li>Nothing else is there: not what a surviving event had seen, be it a put or a delete.
 *   <li>An acknowledged event is seen, or a seen one had seen it, unless as many disks as had to acknowledge it have lost it.
 * </ul>
 */
final class EventCheck {
    private final History history;
    private final Violations violations;

    EventCheck(History history, Violations violations) {
        this.history = history;
        this.violations = violations;
    }

    /**
     * Checks one key.
     *
     * @param said what its replicas have seen
     * @param present the dots of its siblings
     */
    void check(KeyHistory key, DotSet said, Collection<Dot> present) {
        DotSet seen = key.exact(said);
        for (WriteEvent event : key.events) {
            boolean isSeen = seen.contains(event.dot);
            boolean isPresent = present.contains(event.dot);
            WriteEvent survivor = null;
            WriteEvent any = null;
            for (WriteEvent later : key.events) {
                if (later.seen.get(event.number)) {
                    any = later;
                    survivor = seen.contains(later.dot) && (survivor == null || later.isDelete()) ? later : survivor;
                }
            }
            if (isPresent && survivor != null) {
                violations.add(
                        survivor.isDelete() ? Checker.CAME_BACK : Checker.FALSE_SIBLING,
                        event + " is there after " + survivor + ", which had seen it");
            }
            if (isPresent && event.isDelete()) {
                violations.add(Checker.INVENTED_VALUE, "a value stands under the dot of " + event);
            }
            if (isSeen && !isPresent && !event.isDelete() && any == null) {
                violations.add(
                        Checker.LOST_WRITE,
                        event + " is gone, although no write had seen it and its dot has been seen");
            }
            if (event.request.acknowledged
                    && !isSeen
                    && survivor == null
                    && !history.hints().carry(event)) {
                vanished(event);
            }
        }
    }

    private void vanished(WriteEvent event) {
        int required = history.required(event);
        boolean excuse = event.excuses().cardinality() >= required;
        if (!excuse) {
            violations.add(
                    Checker.LOST_WRITE,
                    event + " was acknowledged by " + required + " and is seen by nobody, but only hosts "
                            + event.excuses()
                            + " lost it");
        } else if (!event.excused) {
            event.excused = true;
            history.excuse();
        }
    }
}
