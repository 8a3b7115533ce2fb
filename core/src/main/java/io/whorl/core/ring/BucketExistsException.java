package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import java.util.Objects;

/** Refuses to create a bucket whose name is taken by one with other options. The cluster state is unchanged. */
public final class BucketExistsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient BucketDefinition existing;
    private final transient BucketOptions demanded;

    BucketExistsException(BucketDefinition existing, BucketOptions demanded) {
        super("bucket \"" + existing.name() + "\" exists with " + existing.options() + ", not with " + demanded
                + "; open it with its own options or take another name");
        this.existing = Objects.requireNonNull(existing, "existing");
        this.demanded = Objects.requireNonNull(demanded, "demanded");
    }

    /** The bucket that has the name. */
    public BucketDefinition existing() {
        return existing;
    }

    /** The options that were asked for. */
    public BucketOptions demanded() {
        return demanded;
    }
}
