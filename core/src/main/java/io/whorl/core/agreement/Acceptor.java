package io.whorl.core.agreement;

import io.whorl.core.message.Acceptance;
import io.whorl.core.message.Ballot;
import io.whorl.core.ring.ClusterState;
import java.util.Optional;

/**
 * What a voter has promised and accepted for one epoch.
 *
 * <p>An accepted ballot is never above the promised one: who accepts promises as much.
 *
 * @param epoch the epoch to be decided
 * @param promised the highest ballot that it obeys; empty if it has heard of none
 * @param accepted what it has accepted in the highest ballot in which it did; empty if it has not
 */
public record Acceptor(long epoch, Optional<Ballot> promised, Optional<Acceptance> accepted) {

    /**
     * Checks that the parts agree.
     *
     * @throws IllegalArgumentException if something was accepted that is of another epoch, or in a higher ballot than was promised
     */
    public Acceptor {
        if (accepted.isPresent()) {
            boolean obeyed = promised.isPresent()
                    && promised.get().compareTo(accepted.get().ballot()) >= 0;
            if (!obeyed || accepted.get().state().epoch() != epoch) {
                throw new IllegalArgumentException("of epoch " + epoch + " the promise is " + promised
                        + ", but a state of epoch "
                        + accepted.get().state().epoch() + " was accepted in ballot "
                        + accepted.get().ballot());
            }
        }
    }

    /** One that has heard nothing about its epoch yet. */
    static Acceptor of(long epoch) {
        return new Acceptor(epoch, Optional.empty(), Optional.empty());
    }

    /** Whether it has promised to obey no ballot as low as this one. */
    boolean outbids(Ballot ballot) {
        return promised.isPresent() && promised.get().compareTo(ballot) > 0;
    }

    /** After promising this ballot, which it does not outbid. */
    Acceptor promise(Ballot ballot) {
        return new Acceptor(epoch, Optional.of(ballot), accepted);
    }

    /** After accepting this state in this ballot, which it does not outbid. */
    Acceptor accept(Ballot ballot, ClusterState state) {
        return new Acceptor(epoch, Optional.of(ballot), Optional.of(new Acceptance(ballot, state)));
    }
}
