package io.whorl.core.agreement;

import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be true of the messages that were ever sent: an attempt proposes one state, an epoch has at most one that a majority of its
 * voters ever consented to, and nobody ever tells of another one.
 */
final class AgreementCheck {
    private record Attempt(long epoch, Ballot ballot) {}

    private AgreementCheck() {}

    /** What is wrong; empty if nothing is. */
    static Optional<String> violation(ClusterState founded, List<ModelNode.Packet> sent) {
        Map<Attempt, ClusterState> proposed = new HashMap<>();
        Map<Attempt, Set<NodeId>> consents = new HashMap<>();
        Map<Long, ClusterState> known = new HashMap<>();
        known.put(founded.epoch(), founded);
        for (ModelNode.Packet packet : sent) {
            if (packet.message() instanceof Propose propose) {
                Attempt attempt = new Attempt(propose.epoch(), propose.ballot());
                ClusterState other = proposed.put(attempt, propose.state());
                if (other != null && !other.equals(propose.state())) {
                    return Optional.of("two states were proposed in " + attempt);
                }
            } else if (packet.message() instanceof Consent consent) {
                consents.computeIfAbsent(new Attempt(consent.epoch(), consent.ballot()), any -> new HashSet<>())
                        .add(packet.from());
            } else if (packet.message() instanceof ClusterMessage.State told) {
                ClusterState other = known.put(told.state().epoch(), told.state());
                if (other != null && !other.equals(told.state())) {
                    return Optional.of(
                            "two states were told of epoch " + told.state().epoch());
                }
            }
        }
        return chosen(known, proposed, consents);
    }

    private static Optional<String> chosen(
            Map<Long, ClusterState> known, Map<Attempt, ClusterState> proposed, Map<Attempt, Set<NodeId>> consents) {
        Map<Long, ClusterState> chosen = new HashMap<>(known);
        for (Map.Entry<Attempt, Set<NodeId>> entry : consents.entrySet()) {
            long epoch = entry.getKey().epoch();
            ClusterState before = known.get(epoch - 1);
            long votes =
                    entry.getValue().stream().filter(before.voters()::contains).count();
            if (votes > before.voters().size() / 2) {
                ClusterState other = chosen.put(epoch, proposed.get(entry.getKey()));
                if (other != null && !other.equals(proposed.get(entry.getKey()))) {
                    return Optional.of("two states were chosen for epoch " + epoch);
                }
            }
        }
        return Optional.empty();
    }
}
