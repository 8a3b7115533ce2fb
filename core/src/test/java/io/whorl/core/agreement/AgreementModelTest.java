package io.whorl.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which a small cluster can come to agree on an epoch, or fail to (promise P8). */
class AgreementModelTest {
    private static final int RARE = 15;
    private static final int MOST_STATES = 2_000_000;

    @Test
    void no_order_of_messages_losses_syncs_and_crashes_makes_two_states_of_one_epoch() {
        Found found = search(new AgreementModel(threeVoters(List.of(1, 1, 0), 1), Flaw.NONE), MOST_STATES);

        assertThat(found.violation()).isEmpty();
        assertThat(found.complete()).as("all states were met, of %s", found).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {"NONE", "FORGOTTEN_BEFORE_KNOWN"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_flawed_node_is_found_out(Flaw flaw) {
        AgreementModel.Scope scope = flaw == Flaw.PREPARED_BEFORE_OWN_PROMISE
                ? threeVoters(List.of(2, 1, 0), 0)
                : threeVoters(List.of(1, 1, 0), 0);
        Found found = search(new AgreementModel(scope, flaw), MOST_STATES);

        assertThat(found.violation()).as("%s", found).isPresent();
    }

    /** The same with all that follows: refusals, decisions that are told, and a second epoch with other voters. */
    @Test
    void no_random_walk_over_two_epochs_makes_two_states_of_one() {
        Walked walked = walk(Flaw.NONE, 400);

        assertThat(walked.violation()).isEmpty();
        assertThat(walked.secondEpochs()).as("%s", walked).isGreaterThan(10);
    }

    @Test
    void walks_find_out_who_forgets_what_it_accepted_too_early() {
        assertThat(walk(Flaw.FORGOTTEN_BEFORE_KNOWN, 10_000).violation()).isPresent();
    }

    private record Walked(Optional<String> violation, int walks, int secondEpochs) {}

    private static Walked walk(Flaw flaw, int most) {
        int seconds = 0;
        for (int walks = 0; walks < most; walks++) {
            AgreementModel model = new AgreementModel(changingVoters(), flaw);
            StateSet checked = new StateSet();
            SplittableRandom random = new SplittableRandom(walks);
            long[] state = model.first();
            for (int step = 0; step < 200; step++) {
                List<long[]> next = new ArrayList<>();
                long[] now = state;
                if (random.nextInt(RARE) == 0) {
                    model.crashes(now, next::add);
                } else {
                    model.steps(now, each -> {
                        if (!Arrays.equals(each, now)) {
                            next.add(each);
                        }
                    });
                }
                if (next.isEmpty()) {
                    break;
                }
                state = next.get(random.nextInt(next.size()));
                if (checked.add(model.sentWords(state))) {
                    Optional<String> violation =
                            AgreementCheck.violation(model.scope().founded(), model.sent(state));
                    if (violation.isPresent()) {
                        return new Walked(violation, walks, seconds);
                    }
                }
            }
            seconds += model.sent(state).stream().anyMatch(AgreementModelTest::tellsOfSecondDecision) ? 1 : 0;
        }
        return new Walked(Optional.empty(), most, seconds);
    }

    private static boolean tellsOfSecondDecision(ModelNode.Packet packet) {
        return packet.message() instanceof ClusterMessage.State told
                && told.state().epoch() == 3;
    }

    /** Nodes 1 to 4, of which the first three vote on epoch 2; what node 1 wants for it makes the last three its voters. */
    private static AgreementModel.Scope changingVoters() {
        List<NodeId> nodes = nodes(4);
        ClusterState founded = founded(nodes, nodes.subList(0, 3));
        return new AgreementModel.Scope(founded, nodes, List.of(3, 3, 0, 3), 3, 2, true, (known, node, attempt) -> {
            ClusterState own = wanting(known, "of-" + node + "-" + known.epoch() + "-" + attempt);
            return node == 0 ? withVoters(own, nodes.subList(1, 4)) : own;
        });
    }

    private record Found(Optional<String> violation, int states, boolean complete) {}

    /** Breadth first, each state once; the check looks once at each set of messages that were sent. */
    private static Found search(AgreementModel model, int most) {
        StateSet met = new StateSet();
        StateSet checked = new StateSet();
        Deque<long[]> open = new ArrayDeque<>();
        List<String> violations = new ArrayList<>();
        met.add(model.first());
        open.add(model.first());
        while (!open.isEmpty() && violations.isEmpty() && met.size() < most) {
            model.successors(open.poll(), next -> {
                if (met.add(next)) {
                    open.add(next);
                    if (checked.add(model.sentWords(next))) {
                        AgreementCheck.violation(model.scope().founded(), model.sent(next))
                                .ifPresent(violations::add);
                    }
                }
            });
        }
        return new Found(violations.stream().findFirst(), met.size(), open.isEmpty());
    }

    private static AgreementModel.Scope threeVoters(List<Integer> attempts, int waiting) {
        List<NodeId> nodes = nodes(3);
        return new AgreementModel.Scope(
                founded(nodes, nodes),
                nodes,
                attempts,
                2,
                waiting,
                false,
                (known, node, attempt) -> wanting(known, "node-" + node + "-" + attempt));
    }

    private static List<NodeId> nodes(int count) {
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            nodes.add(new NodeId(i));
        }
        return nodes;
    }

    private static ClusterState founded(List<NodeId> nodes, List<NodeId> voters) {
        List<Member> members = nodes.stream()
                .map(node -> Member.of(node, new Address("node", (int) node.value())))
                .toList();
        return withVoters(ClusterState.found(new ClusterId(1), "model", members, 1, List.of()), voters);
    }

    private static ClusterState wanting(ClusterState known, String bucket) {
        return known.after(new Change.CreateBucket(bucket, BucketOptions.defaults()))
                .state();
    }

    private static ClusterState withVoters(ClusterState state, List<NodeId> voters) {
        return new ClusterState(
                state.id(),
                state.line(),
                state.name(),
                state.epoch(),
                state.members(),
                state.removed(),
                state.buckets(),
                state.layout(),
                voters);
    }
}
