package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;

/**
 * Learns how a request ended. Exactly one of the two methods is called, once, on the lane that worked on the request, or on the
 * calling thread when the request is refused at once; it must not block.
 *
 * @param <T> what a success brings
 */
public interface Callback<T> {

    /** The request succeeded. */
    void succeeded(T result);

    /** The request failed; the failure says what is known about its effect. */
    void failed(Failure failure);
}
