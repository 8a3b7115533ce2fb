package io.whorl.core.testing;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;

/** How a request ended, if it has; a second end fails the test. */
public final class Answer<T> implements Callback<T> {
    /** What it brought. */
    public T result;
    /** Why it failed. */
    public Failure failure;

    @Override
    public void succeeded(T value) {
        requireOpen();
        result = value;
    }

    @Override
    public void failed(Failure reason) {
        requireOpen();
        failure = reason;
    }

    /** Whether it has ended. */
    public boolean ended() {
        return result != null || failure != null;
    }

    private void requireOpen() {
        if (ended()) {
            throw new AssertionError("a request ended twice: " + this);
        }
    }

    @Override
    public String toString() {
        return failure == null ? "result " + result : failure.toString();
    }
}
