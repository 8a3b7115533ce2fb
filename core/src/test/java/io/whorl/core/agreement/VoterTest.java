package io.whorl.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Acceptance;
import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.testing.TestStorage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VoterTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final NodeId THREE = new NodeId(3);
    private static final ClusterState FIRST = ClusterState.found(
            new ClusterId(7), "cluster", List.of(member(ONE), member(TWO), member(THREE)), 1, List.of());
    private static final ClusterState SECOND = wanting(FIRST, "second");
    private static final ClusterState OTHER = wanting(FIRST, "other");

    @Test
    void promises_and_tells_what_it_has_accepted() {
        Voter voter = Voter.of(ONE, FIRST);
        Reaction.Pledge accepted = (Reaction.Pledge) voter.on(new Propose(ballot(1, TWO), SECOND));
        assertThat(accepted.message()).isEqualTo(new Consent(2, ballot(1, TWO)));

        Reaction.Pledge promised =
                (Reaction.Pledge) voter.keeping(accepted.keep()).on(new Prepare(2, ballot(2, THREE)));

        assertThat(promised.message())
                .isEqualTo(new Promise(2, ballot(2, THREE), Optional.of(new Acceptance(ballot(1, TWO), SECOND))));
        assertThat(promised.keep().promised()).contains(ballot(2, THREE));
    }

    @Test
    void refuses_what_is_below_its_promise_and_names_it() {
        Voter voter = promised(Voter.of(ONE, FIRST), ballot(2, TWO));

        Reaction refusal = new Reaction.Answer(new Outbid(2, ballot(1, THREE), ballot(2, TWO)));
        assertThat(voter.on(new Prepare(2, ballot(1, THREE)))).isEqualTo(refusal);
        assertThat(voter.on(new Propose(ballot(1, THREE), SECOND))).isEqualTo(refusal);
        assertThat(voter.on(new Prepare(2, ballot(2, TWO)))).isInstanceOf(Reaction.Pledge.class);
    }

    @Test
    void votes_on_the_epoch_after_the_one_it_knows_and_on_no_other() {
        ClusterMessage state = new ClusterMessage.State(SECOND);
        Voter voter = Voter.of(ONE, SECOND);

        assertThat(voter.on(new Prepare(2, ballot(1, TWO)))).isEqualTo(new Reaction.Answer(state));
        assertThat(voter.on(new Propose(ballot(1, TWO), OTHER))).isEqualTo(new Reaction.Answer(state));
        assertThat(voter.on(new Prepare(4, ballot(1, TWO))))
                .isEqualTo(new Reaction.Answer(new ClusterMessage.FetchState()));
        assertThat(Voter.of(new NodeId(9), SECOND).on(new Prepare(3, ballot(1, TWO))))
                .isEqualTo(new Reaction.Silence());
    }

    @Test
    void a_new_attempt_is_above_all_that_was_promised_and_heard_of() {
        Voter voter = promised(Voter.of(ONE, FIRST), ballot(4, TWO));

        assertThat(voter.nextBallot(Optional.empty())).isEqualTo(ballot(5, ONE));
        assertThat(voter.nextBallot(Optional.of(ballot(9, TWO)))).isEqualTo(ballot(10, ONE));
        assertThat(ballot(4, TWO)).isGreaterThan(ballot(4, ONE));
    }

    @Test
    void a_proposal_takes_the_state_of_the_highest_ballot_among_its_promises() {
        Proposal proposal = Proposal.of(ballot(5, ONE), SECOND, List.of(ONE, TWO, THREE));
        Acceptance low = new Acceptance(ballot(1, TWO), OTHER);
        Acceptance high = new Acceptance(ballot(3, TWO), SECOND);

        Proposal proposing = proposal.on(ONE, new Promise(2, ballot(5, ONE), Optional.of(high)))
                .on(ONE, new Promise(2, ballot(5, ONE), Optional.empty()))
                .on(TWO, new Promise(2, ballot(5, ONE), Optional.of(low)));

        assertThat(proposing.phase()).isEqualTo(Proposal.Phase.PROPOSING);
        assertThat(proposing.value()).isEqualTo(SECOND);
        assertThat(proposal.on(TWO, new Promise(2, ballot(5, ONE), Optional.of(low)))
                        .on(THREE, new Promise(2, ballot(5, ONE), Optional.empty()))
                        .isOwn())
                .isFalse();
    }

    @Test
    void what_is_not_of_the_attempt_or_of_no_voter_counts_for_nothing() {
        Proposal proposal = Proposal.of(ballot(5, ONE), SECOND, List.of(ONE, TWO, THREE));

        assertThat(proposal.on(ONE, new Promise(2, ballot(4, ONE), Optional.empty())))
                .isEqualTo(proposal);
        assertThat(proposal.on(ONE, new Promise(3, ballot(5, ONE), Optional.empty())))
                .isEqualTo(proposal);
        assertThat(proposal.on(new NodeId(9), new Promise(2, ballot(5, ONE), Optional.empty())))
                .isEqualTo(proposal);
        assertThat(proposal.on(ONE, new Consent(2, ballot(5, ONE)))).isEqualTo(proposal);
        assertThat(proposal.missing()).containsExactly(ONE, TWO, THREE);
    }

    @Test
    void is_the_same_after_a_restart() {
        TestStorage storage = new TestStorage();
        AgreementStore store = new AgreementStore(storage);
        assertThat(store.voter(ONE, FIRST)).isEqualTo(Voter.of(ONE, FIRST));

        Voter voter = promised(Voter.of(ONE, FIRST), ballot(2, TWO));
        store.keep(voter.acceptor());
        assertThat(store.voter(ONE, FIRST)).isEqualTo(voter);

        Reaction.Pledge accepted = (Reaction.Pledge) voter.on(new Propose(ballot(300, THREE), SECOND));
        store.keep(accepted.keep());
        assertThat(store.voter(ONE, FIRST)).isEqualTo(voter.keeping(accepted.keep()));

        WriteBatch batch = new WriteBatch();
        AgreementStore.forget(batch);
        storage.apply(batch);
        assertThat(store.voter(ONE, SECOND)).isEqualTo(Voter.of(ONE, SECOND));
    }

    @Test
    void does_not_vote_on_with_a_damaged_memory() {
        TestStorage storage = new TestStorage();
        AgreementStore store = new AgreementStore(storage);
        store.keep(promised(Voter.of(ONE, FIRST), ballot(2, TWO)).acceptor());

        assertThatThrownBy(() -> store.voter(ONE, SECOND))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has promised about the epoch after 2");
        storage.apply(new WriteBatch().put(Space.META, "agreement".getBytes(), new byte[] {1, 2, 3, 4, 5, 6, 7}));
        assertThatThrownBy(() -> store.voter(ONE, FIRST))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPTION));
    }

    private static Voter promised(Voter voter, Ballot ballot) {
        return voter.keeping(
                ((Reaction.Pledge) voter.on(new Prepare(voter.acceptor().epoch(), ballot))).keep());
    }

    private static Ballot ballot(long round, NodeId proposer) {
        return new Ballot(round, proposer);
    }

    private static Member member(NodeId node) {
        return Member.of(node, new Address("node", (int) node.value()));
    }

    private static ClusterState wanting(ClusterState state, String bucket) {
        return state.after(new Change.CreateBucket(bucket, BucketOptions.defaults()))
                .state();
    }
}
