package io.whorl;

import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.ClusterPlan;
import io.whorl.api.NodeClosedException;
import io.whorl.api.QuorumUnavailableException;

/**
 * What changes of the cluster would cost. Nothing is changed by asking, and no other node is asked; what is said follows from the
 * newest state that this node knows. It may take a moment on large clusters, and touches the disk to estimate sizes.
 *
 * <p>Beside what the methods name, all of them throw:
 * <ul>
 *   <li>{@link ChangeRefusedException} if the change would be refused, with the same reason
 *   <li>{@link QuorumUnavailableException} if the node belongs to no cluster yet
 *   <li>{@link NodeClosedException} if this node is closing or closed
 *   <li>{@link IllegalStateException} if called on one of the node's own threads
 * </ul>
 */
public interface ClusterPlans {

    /**
     * What the joining of another node would lead to. Which partitions move depends on the identity that the node will have, so they
     * may be others then; how many does not.
     *
     * @param zone the zone that it will name; empty for none
     * @param weight its share of the data relative to the others'
     * @throws IllegalArgumentException if the zone or the weight is out of its bounds
     */
    ClusterPlan planJoin(String zone, int weight);

    /** What it would lead to if this node left its cluster. */
    ClusterPlan planLeave();

    /**
     * What the removal of a member that is lost for good would lead to.
     *
     * @param nodeId the member, which may answer yet
     * @throws IllegalArgumentException if the id is not sixteen hexadecimal digits
     */
    ClusterPlan planRemove(String nodeId);

    /**
     * What it would lead to if this node took the slots of a member that is lost for good.
     *
     * @param nodeId the member, which may answer yet
     * @throws IllegalArgumentException if the id is not sixteen hexadecimal digits
     */
    ClusterPlan planReplace(String nodeId);

    /**
     * What another weight of this node would lead to.
     *
     * @param weight its share relative to the others', 1 to 1,000
     * @throws IllegalArgumentException if it is out of these bounds
     */
    ClusterPlan planReweigh(int weight);

    /**
     * What other options of a bucket would lead to.
     *
     * @param name the bucket's name
     * @param options all of its options
     * @throws io.whorl.api.BucketMismatchException if conflicts or durability differ from what the bucket has
     */
    ClusterPlan planBucket(String name, BucketOptions options);
}
