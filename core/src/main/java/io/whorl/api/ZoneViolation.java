package io.whorl.api;

import java.util.List;

/**
 * A partition whose copies are in fewer zones than they could be. It comes of weights or numbers of nodes that do not let every zone
 * have its share. Immutable.
 *
 * @param bucket the bucket's name
 * @param partition the partition
 * @param zones the zones with more than one copy; an empty name stands for the members that name none
 */
public record ZoneViolation(String bucket, int partition, List<String> zones) {

    /** Copies the list. */
    public ZoneViolation {
        zones = List.copyOf(zones);
    }
}
