package io.whorl.core.ring;

import java.util.List;
import java.util.Objects;

/**
 * A partition whose primaries are in fewer zones than they could be.
 *
 * @param partition the partition, from 0
 * @param repeated the zones that have more than one of its primaries, in alphabetical order; {@code ""} stands for the
 *     members that name none
 */
public record ZoneViolation(int partition, List<String> repeated) {
    /** Copies the list. */
    public ZoneViolation {
        repeated = List.copyOf(Objects.requireNonNull(repeated, "repeated"));
    }
}
