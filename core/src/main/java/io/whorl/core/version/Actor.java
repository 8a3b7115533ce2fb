package io.whorl.core.version;

import java.util.Objects;

/**
 * Who makes dots: one node, in one run of its process, in one stint as a holder, in one role. An actor never continues
 * after a restart, a restore or a wiped disk, so nothing about its counter needs to survive one.
 *
 * @param run the random 64-bit number that the node drew when its process started; ordered as unsigned
 * @param stint how often, within the run, the node has become a holder of this replica anew, or taken itself anew; not
 *     negative
 * @param role the role it writes in
 */
public record Actor(long run, int stint, Role role) implements Comparable<Actor> {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the stint is negative
     */
    public Actor {
        Objects.requireNonNull(role, "role");
        if (stint < 0) {
            throw new IllegalArgumentException("stint " + stint + " is negative; stints count from 0");
        }
    }

    /** Orders by run (unsigned), then stint, then role. */
    @Override
    public int compareTo(Actor other) {
        int byRun = Long.compareUnsigned(run, other.run);
        if (byRun != 0) {
            return byRun;
        }
        int byStint = Integer.compare(stint, other.stint);
        return byStint != 0 ? byStint : role.compareTo(other.role);
    }

    /** As {@code Arrays.binarySearch}, which asks each through an interface; every operation on a set of dots begins with this. */
    static int search(Actor[] sorted, int from, Actor wanted) {
        int low = from;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Actor there = sorted[middle];
            int order = there == wanted ? 0 : there.compareTo(wanted);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** Equal in every JVM: the default of a record would use the role's identity hash. */
    @Override
    public int hashCode() {
        return (31 * Long.hashCode(run) + stint) * 2 + role.ordinal();
    }

    /** Short: the run in hexadecimal, {@code .stint} unless 0, and {@code f} for a fallback. */
    @Override
    public String toString() {
        String text = Long.toHexString(run);
        if (stint != 0) {
            text += "." + stint;
        }
        return role == Role.FALLBACK ? text + "~f" : text;
    }
}
