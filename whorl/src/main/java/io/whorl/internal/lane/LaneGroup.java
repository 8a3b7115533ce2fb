package io.whorl.internal.lane;

import io.whorl.core.spi.Lane;
import java.util.List;

/** All lanes of one node, which begin and end together. */
public interface LaneGroup {

    /** The lane of the cluster state. */
    Lane cluster();

    /** The lanes of the partitions. */
    List<Lane> data();

    /** How many tasks wait for each of {@link #data}, in their order. */
    List<Integer> waiting();

    /** Whether the calling thread is running a task of one of these lanes: it must not wait for another task then. */
    default boolean isCurrent() {
        if (cluster().isCurrent()) {
            return true;
        }
        for (Lane lane : data()) {
            if (lane.isCurrent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Ends the lanes: no task runs after this has returned, those still waiting are dropped. Must not be called on a lane. Repeated
     * calls do nothing.
     */
    void close();
}
