package io.whorl.core.node;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.membership.BucketCreation;
import io.whorl.core.membership.Changes;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.List;

/** Takes what callers want changed of the cluster to the cluster's lane. Callable on any thread. */
final class ChangeCalls {
    private final Node node;

    ChangeCalls(Node node) {
        this.node = node;
    }

    void createBucket(String name, BucketOptions options, long timeoutNanos, Callback<BucketDefinition> callback) {
        BucketCreation creation = new BucketCreation(name, options);
        Changes.Listener listener = creation.telling(new BucketCreation.Listener() {
            @Override
            public void created(BucketDefinition bucket) {
                callback.succeeded(bucket);
            }

            @Override
            public void failed(Failure failure) {
                callback.failed(failure);
            }
        });
        begin(callback, () -> node.cluster().change(creation.change(), timeoutNanos, listener));
    }

    void change(Change change, long timeoutNanos, Callback<ClusterState> callback) {
        begin(callback, () -> node.cluster().change(change, timeoutNanos, telling(callback)));
    }

    void recover(List<NodeId> survivors, long timeoutNanos, Callback<ClusterState> callback) {
        begin(callback, () -> node.cluster().recover(survivors, timeoutNanos, telling(callback)));
    }

    private static Changes.Listener telling(Callback<ClusterState> callback) {
        return new Changes.Listener() {
            @Override
            public void made(ClusterState made) {
                callback.succeeded(made);
            }

            @Override
            public void failed(Failure failure) {
                callback.failed(failure);
            }
        };
    }

    private void begin(Callback<?> callback, Runnable task) {
        if (node.hasEnded()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return;
        }
        node.ports().cluster().execute(node.unlessEnded(callback, task));
    }
}
