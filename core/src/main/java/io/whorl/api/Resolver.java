package io.whorl.api;

import java.util.List;

/**
 * Reduces the siblings of a key to one value. Runs on the calling thread or the callback executor, perhaps on several nodes for
 * the same siblings: it should depend on nothing but them.
 *
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface Resolver<V> {

    /** One value for all of them; never called with fewer than two. {@code siblings} is newest first and unmodifiable. */
    V resolve(List<V> siblings);

    /** Takes the latest by hybrid timestamp: what {@link Bucket#get} does unless another resolver is set. */
    static <V> Resolver<V> latest() {
        return siblings -> siblings.get(0);
    }
}
