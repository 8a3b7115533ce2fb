package io.whorl.internal;

import io.whorl.Whorl;
import io.whorl.api.BucketOptions;
import io.whorl.api.ClusterPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The part of a node's public face that is about changes of its cluster. */
abstract class OperatedNode implements Whorl {

    /** Makes changes. */
    abstract Operations operations();

    /** Takes the node out of its cluster. */
    abstract Leaving leaving();

    /** Makes changes on paper. */
    abstract Plans plans();

    @Override
    public void leave() {
        leaving().await(Optional.empty());
    }

    @Override
    public void leave(Duration patience) {
        leaving().await(Optional.of(patience));
    }

    @Override
    public CompletableFuture<Void> leaveAsync() {
        return leaving().begin();
    }

    @Override
    public void remove(String nodeId) {
        operations().remove(nodeId);
    }

    @Override
    public void replace(String nodeId) {
        operations().replace(nodeId);
    }

    @Override
    public void reweigh(int weight) {
        operations().reweigh(weight);
    }

    @Override
    public void changeBucket(String name, BucketOptions options) {
        operations().changeBucket(name, options);
    }

    @Override
    public void dropBucket(String name) {
        operations().dropBucket(name);
    }

    @Override
    public void recoverFrom(Set<String> survivors) {
        operations().recoverFrom(survivors);
    }

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
