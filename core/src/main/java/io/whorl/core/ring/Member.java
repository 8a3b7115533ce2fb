package io.whorl.core.ring;

import java.util.Objects;

/**
 * A node as the cluster state lists it.
 *
 * @param id who it is
 * @param address where other nodes reach it; may change while the id stays
 * @param zone what it shares its fate with (a rack, a building), or {@code ""} when it names none; else 1 to 128 ASCII
 *     letters, digits and {@code - . _}, beginning with a letter, a digit or {@code _}
 * @param weight its share of the data relative to the others', 1 to {@link #MAX_WEIGHT}
 * @param status how far it has come into or out of the cluster
 */
public record Member(NodeId id, Address address, String zone, int weight, Status status) {
    /** The largest weight. */
    public static final int MAX_WEIGHT = 1_000;

    /** How far a member has come into or out of the cluster. */
    public enum Status {
        /** It holds its slots, and counts for placement. */
        ACTIVE,
        /** Its slots go to others; then it is no member any more. */
        LEAVING,
        /** It is lost for good: nothing of it is asked or counted, and its slots are rebuilt on others. */
        REMOVED
    }

    /**
     * Checks every part.
     *
     * @throws IllegalArgumentException if the zone's name or the weight is out of its bounds
     */
    public Member {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(status, "status");
        if (!zone.isEmpty()) {
            Names.require(zone, "zone name");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("a weight is between 1 and " + MAX_WEIGHT + ", not " + weight);
        }
    }

    Member with(Status next) {
        return new Member(id, address, zone, weight, next);
    }

    /**
     * An active member without a zone, of weight 1.
     *
     * @param id who it is
     * @param address where other nodes reach it
     * @return the member
     */
    public static Member of(NodeId id, Address address) {
        return new Member(id, address, "", 1, Status.ACTIVE);
    }
}
