package io.whorl.core.membership;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import java.util.Optional;

/** The creation of a bucket, a change of the cluster like others, whose caller wants the bucket. */
public final class BucketCreation {
    private final Change.CreateBucket change;

    /** Learns how a creation ended; called once, on the cluster's lane. */
    public interface Listener {
        /** The bucket exists, and this node knows it. */
        void created(BucketDefinition bucket);

        /** It does not exist with these options, or that is not known. */
        void failed(Failure failure);
    }

    public BucketCreation(String name, BucketOptions options) {
        this.change = new Change.CreateBucket(name, options);
    }

    /** What is asked for. */
    public Change change() {
        return change;
    }

    /** Whom to tell about the change, so that the listener learns of the bucket. */
    public Changes.Listener telling(Listener listener) {
        return new Changes.Listener() {
            @Override
            public void made(ClusterState state) {
                Optional<BucketDefinition> bucket = state.bucket(change.name());
                bucket.ifPresentOrElse(listener::created, () -> listener.failed(gone()));
            }

            @Override
            public void failed(Failure failure) {
                listener.failed(failure);
            }
        };
    }

    private Failure gone() {
        return new Failure(
                Failure.Kind.CHANGE_REFUSED,
                Outcome.UNKNOWN,
                0,
                0,
                "bucket '" + change.name()
                        + "' was created, and has been dropped since; create it again if it is wanted");
    }
}
