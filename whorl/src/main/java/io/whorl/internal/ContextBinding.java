package io.whorl.internal;

import io.whorl.api.CausalContext;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.version.BoundContext;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import java.util.Objects;

/**
 * Where contexts handed out for one key belong: a context used elsewhere would erase what was never seen.
 *
 * @param cluster the cluster's number
 * @param bucket the bucket's number
 * @param keyHash the hash of the key
 */
record ContextBinding(long cluster, long bucket, long keyHash) {

    static ContextBinding of(long cluster, long bucket, byte[] key) {
        return new ContextBinding(cluster, bucket, KeyHash.of(key));
    }

    /** The context to hand out for these dots. */
    CausalContext context(DotSet dots) {
        return CausalContext.fromBytes(new BoundContext(cluster, bucket, keyHash, dots).encode());
    }

    /**
     * What a context that was handed in has seen.
     *
     * @throws IllegalArgumentException if it belongs elsewhere
     */
    DotSet dots(CausalContext context) {
        Objects.requireNonNull(context, "context");
        BoundContext bound;
        try {
            bound = BoundContext.decode(context.toBytes());
        } catch (MalformedBytesException e) {
            throw new IllegalArgumentException(
                    "a corrupt causal context; pass what this cluster handed out, unchanged", e);
        }
        if (bound.cluster() != cluster) {
            throw refused("cluster");
        }
        if (bound.bucket() != bucket) {
            throw refused("bucket");
        }
        if (bound.keyHash() != keyHash) {
            throw refused("key");
        }
        return bound.dots();
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("the causal context belongs to another " + what
                + "; use a context only with the " + what + " that it was handed out for");
    }
}
