package io.whorl.api;

/** A change of the cluster does not fit its present state; the message says why and what to do instead. */
public final class ChangeRefusedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public ChangeRefusedException(String message) {
        super(Outcome.NOT_APPLIED, message, null);
    }
}
