package io.whorl.internal;

import io.whorl.Whorl;
import io.whorl.api.BucketOptions;
import io.whorl.api.ClusterPlan;

/** The part of a node's public face that is about changes of its cluster. */
abstract class OperatedNode implements Whorl {

    /** Makes changes on paper. */
    abstract Plans plans();

    @Override
    public ClusterPlan planJoin(String zone, int weight) {
        return plans().join(zone, weight);
    }

    @Override
    public ClusterPlan planLeave() {
        return plans().leave();
    }

    @Override
    public ClusterPlan planRemove(String nodeId) {
        return plans().remove(nodeId);
    }

    @Override
    public ClusterPlan planReplace(String nodeId) {
        return plans().replace(nodeId);
    }

    @Override
    public ClusterPlan planReweigh(int weight) {
        return plans().reweigh(weight);
    }

    @Override
    public ClusterPlan planBucket(String name, BucketOptions options) {
        return plans().bucket(name, options);
    }
}
