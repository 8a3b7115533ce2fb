package io.whorl.internal;

import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.node.MemberSnapshot;
import io.whorl.core.node.Node;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Changes of the cluster that callers ask for; each is looked at before the voters are asked. */
final class Operations {
    private final Requests requests;
    private final ClusterChanges changes;

    Operations(Requests requests, ClusterChanges changes) {
        this.requests = requests;
        this.changes = changes;
    }

    void remove(String nodeId) {
        NodeId lost = Plans.parse(nodeId);
        requireLost(lost);
        changes.make("removing member " + lost, new Change.Remove(lost));
    }

    void replace(String nodeId) {
        NodeId lost = Plans.parse(nodeId);
        requireLost(lost);
        changes.make("replacing member " + lost, new Change.Replace(lost, node().id()));
    }

    void reweigh(int weight) {
        if (weight < 1 || weight > Member.MAX_WEIGHT) {
            throw new IllegalArgumentException("weight was " + weight + "; expected 1 to " + Member.MAX_WEIGHT);
        }
        changes.make("giving this node another weight", new Change.Reweigh(node().id(), weight));
    }

    void changeBucket(String name, BucketOptions options) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(options, "options");
        state();
        changes.make("changing bucket '" + name + "'", new Change.ChangeBucket(name, options));
    }

    void dropBucket(String name) {
        Objects.requireNonNull(name, "name");
        state().bucket(name)
                .ifPresent(bucket ->
                        changes.make("dropping bucket '" + name + "'", new Change.DropBucket(bucket.number())));
    }

    void recoverFrom(Set<String> survivors) {
        if (survivors.isEmpty()) {
            throw new IllegalArgumentException("survivors was empty; expected this node's id at least");
        }
        List<NodeId> ids = survivors.stream().map(Plans::parse).sorted().toList();
        state();
        changes.recover(ids);
    }

    private Node node() {
        return requests.node();
    }

    private ClusterState state() {
        requests.requireMayWait();
        if (requests.isClosed()) {
            throw requests.refusal();
        }
        return node().state()
                .orElseThrow(() -> new QuorumUnavailableException(
                        1, 0, "this node does not belong to a cluster yet; wait for ready() before changing it"));
    }

    /** A member that answers is not lost, and removing it would throw away what it alone may hold. */
    private void requireLost(NodeId lost) {
        ClusterState state = state();
        if (lost.equals(node().id())) {
            throw new ChangeRefusedException(
                    "node " + lost + " is this node itself, which is not lost: have it leave()");
        }
        Optional<Member> member = state.member(lost);
        if (member.filter(each -> each.status() != Member.Status.REMOVED).isPresent() && answers(lost)) {
            throw new ChangeRefusedException(
                    "member " + state.named(lost)
                            + " answers, so it is not lost: use leave() on it; or stop it first, if it is not to give its data away");
        }
    }

    private boolean answers(NodeId member) {
        return node().isReachable(member)
                || node().liveness().stream()
                        .filter(snapshot -> snapshot.member().equals(member))
                        .map(MemberSnapshot::status)
                        .anyMatch(Status.ALIVE::equals);
    }
}
