package io.whorl.testkit.simulation;

/** What is checked, each for a promise of the product; a violation names the checker that found it. */
public enum Checker {
    /** P1: a value that nothing replaced is gone, or an acknowledged write has vanished without the excuse of lost disks. */
    LOST_WRITE("P1"),
    /** P2: a value stands beside one whose write had seen it. */
    FALSE_SIBLING("P2"),
    /** P2: a value that nobody wrote to that key. */
    INVENTED_VALUE("P2"),
    /** P2: a context that a write returns covers what its caller never read. */
    FALSE_CONTEXT("P2"),
    /** P3: a value is back after a delete that had seen it. */
    CAME_BACK("P3"),
    /** P3: bytes are left for a deleted key although every replica has seen everything. */
    BYTES_LEFT("P3"),
    /** P4: two replicas of a partition differ after everything has settled. */
    DIVERGED("P4"),
    /** P4: dot logs still hold what every replica has seen durably. */
    LOG_LEFT("P4"),
    /** P1: a hint is removed although its target has not durably taken what it carries. */
    HINT_DROPPED("P1"),
    /** P3 and P4: a hint is left for a node that runs, and with it what may have been deleted since. */
    HINTS_LEFT("P4"),
    /** P4: replicas still exchange data although nothing happens. */
    REPAIR_TRAFFIC("P4"),
    /** P5: a strict read does not know of a write that was acknowledged, by strict quorums, before it began. */
    STALE_READ("P5"),
    /** P6: a request ended twice, or not by its deadline. */
    LATE_OUTCOME("P6"),
    /** P6: an outcome that is not true: done although not applied, acknowledged by fewer than said, or done twice. */
    FALSE_OUTCOME("P6"),
    /** P6: a request fails although every node is up and the network is well. */
    UNAVAILABLE("P6"),
    /** P7: a dot that names two events, two values or two keys, or an event that never was. */
    REUSED_DOT("P7"),
    /** P8: an epoch has two states, a process goes back to an earlier one, or a node does not learn the newest. */
    FORKED_EPOCH("P8"),
    /** P1: a holder drops its replica although not every complete holder has durably what it holds. */
    DROPPED_EARLY("P1"),
    /** P4: moves, former holders or changes of a bucket do not come to their end. */
    MOVES_LEFT("P4"),
    /** P4: a node holds bytes of a replica of which it is no holder, or of a bucket that was dropped. */
    STRAY_REPLICA("P4"),
    /** P9: a node stopped itself although its disk was well, or did not start. */
    NODE_STOPPED("P9"),
    /** P9: a node goes on although its disk had an error. */
    SERVED_AFTER_ERROR("P9");

    private final String promise;

    Checker(String promise) {
        this.promise = promise;
    }

    /** The promise of the product that is checked, as P1 to P9. */
    public String promise() {
        return promise;
    }
}
