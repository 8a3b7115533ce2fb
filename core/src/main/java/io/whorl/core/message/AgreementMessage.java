package io.whorl.core.message;

import io.whorl.core.ring.ClusterState;
import java.util.Optional;

/**
 * What voters say to each other to agree on the state of an epoch: single-decree Paxos, one decree per epoch. {@code epoch} is the one
 * to be decided, by the voters of the epoch before.
 */
public sealed interface AgreementMessage extends ClusterMessage {

    /** The epoch to be decided. */
    long epoch();

    /** The attempt that it is about. */
    Ballot ballot();

    /** Asks for the promise to obey no lower ballot from now on (phase 1a). */
    record Prepare(long epoch, Ballot ballot) implements AgreementMessage {}

    /** Answer to {@link Prepare}: promised, durably; and what the sender has accepted so far (phase 1b). */
    record Promise(long epoch, Ballot ballot, Optional<Acceptance> accepted) implements AgreementMessage {}

    /** Asks to accept this state of the epoch (phase 2a). */
    record Propose(Ballot ballot, ClusterState state) implements AgreementMessage {
        @Override
        public long epoch() {
            return state.epoch();
        }
    }

    /** Answer to {@link Propose}: accepted, durably (phase 2b). */
    record Consent(long epoch, Ballot ballot) implements AgreementMessage {}

    /** Answer to {@link Prepare} and {@link Propose}: refused, because a higher ballot was promised. */
    record Outbid(long epoch, Ballot ballot, Ballot promised) implements AgreementMessage {}
}
