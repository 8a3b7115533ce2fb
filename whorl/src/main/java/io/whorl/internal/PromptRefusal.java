package io.whorl.internal;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;

/**
 * Hands a refusal on without the callback executor, on which it would wait behind what was accepted. That may be done as long as the
 * caller is still making the call, and on the caller's own thread: nothing of the application's can depend on the result yet.
 */
final class PromptRefusal<T> implements Callback<T> {
    private final Thread caller = Thread.currentThread();
    private final Callback<T> direct;
    private final Callback<T> onExecutor;

    /** For the caller's thread alone. */
    private boolean calling = true;

    /** To be made on the caller's thread. */
    PromptRefusal(Callback<T> direct, Callback<T> onExecutor) {
        this.direct = direct;
        this.onExecutor = onExecutor;
    }

    /** The call is about to return; to be said on the caller's thread. */
    void returning() {
        calling = false;
    }

    @Override
    public void succeeded(T result) {
        onExecutor.succeeded(result);
    }

    @Override
    public void failed(Failure failure) {
        boolean stillCalling = Thread.currentThread() == caller && calling;
        (stillCalling ? direct : onExecutor).failed(failure);
    }
}
