package io.whorl.internal;

import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.ClusterPlan;
import io.whorl.api.NodeShare;
import io.whorl.api.PlannedMove;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.ZoneViolation;
import io.whorl.core.node.Node;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ChangePlan;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Placement;
import io.whorl.core.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes changes of the cluster on paper, in the words of callers. */
final class Plans {
    /** Where a node that does not exist yet is said to listen; nobody can. */
    private static final Address NOWHERE = new Address("joiner.invalid", 0);

    private final Requests requests;
    private final SystemRandom random = SystemRandom.seededByTheSystem();

    Plans(Requests requests) {
        this.requests = requests;
    }

    ClusterPlan join(String zone, int weight) {
        NodeId joiner = new NodeId(random.nextIdentity());
        Member member = new Member(joiner, NOWHERE, zone, weight, Member.Status.ACTIVE);
        return plan(new Change.Admit(member, Optional.empty()));
    }

    ClusterPlan leave() {
        return plan(new Change.Leave(self()));
    }

    ClusterPlan remove(String nodeId) {
        return plan(new Change.Remove(parse(nodeId)));
    }

    ClusterPlan replace(String nodeId) {
        return plan(new Change.Replace(parse(nodeId), self()));
    }

    ClusterPlan reweigh(int weight) {
        return plan(new Change.Reweigh(self(), weight));
    }

    ClusterPlan bucket(String name, BucketOptions options) {
        return plan(new Change.ChangeBucket(
                Objects.requireNonNull(name, "name"), Objects.requireNonNull(options, "options")));
    }

    static NodeId parse(String nodeId) {
        return NodeId.parse(Objects.requireNonNull(nodeId, "nodeId"));
    }

    private NodeId self() {
        return requests.node().id();
    }

    private ClusterPlan plan(Change change) {
        requests.requireMayWait();
        if (requests.isClosed()) {
            throw requests.refusal();
        }
        ClusterState state = requests.node()
                .state()
                .orElseThrow(() -> new QuorumUnavailableException(
                        1, 0, "this node does not belong to a cluster yet; wait for ready() before planning changes"));
        ChangePlan plan = ChangePlan.of(state, change);
        if (plan.judgement() instanceof Change.Refused refused) {
            throw exception(refused);
        }
        try {
            return inWords(state, plan);
        } catch (StorageException e) {
            if (requests.isClosed()) {
                throw requests.refusal();
            }
            throw e;
        }
    }

    private static RuntimeException exception(Change.Refused refused) {
        return switch (refused.why()) {
            case INVALID -> new IllegalArgumentException(refused.reason());
            case MISMATCH -> new BucketMismatchException(refused.reason());
            case NOT_POSSIBLE -> new ChangeRefusedException(refused.reason());
        };
    }

    private ClusterPlan inWords(ClusterState state, ChangePlan plan) {
        Map<Long, Long> replicaBytes = new TreeMap<>();
        for (BucketDefinition bucket : plan.buckets()) {
            replicaBytes.put(bucket.number(), bytesOfAReplica(requests.node(), state, bucket));
        }
        List<PlannedMove> moves = plan.moves().stream()
                .map(move -> new PlannedMove(
                        move.partition(),
                        move.phase().kind(),
                        move.outgoing().map(NodeId::toString),
                        move.incoming().map(NodeId::toString),
                        move.buckets().stream()
                                .map(number ->
                                        state.bucket(number).orElseThrow().name())
                                .toList(),
                        move.copies()
                                ? move.buckets().stream()
                                        .mapToLong(replicaBytes::get)
                                        .sum()
                                : 0,
                        move.begun()))
                .toList();
        TreeSet<NodeId> nodes = new TreeSet<>();
        Stream.of(plan.before(), plan.after()).forEach(shares -> nodes.addAll(shares.keySet()));
        return new ClusterPlan(
                state.epoch(),
                moves,
                moves.stream().mapToLong(PlannedMove::bytes).sum(),
                nodes.stream()
                        .map(node -> new NodeShare(
                                node.toString(),
                                plan.before().getOrDefault(node, 0L),
                                plan.after().getOrDefault(node, 0L)))
                        .toList(),
                violations(plan));
    }

    private static List<ZoneViolation> violations(ChangePlan plan) {
        List<ZoneViolation> violations = new ArrayList<>();
        for (BucketDefinition bucket : plan.buckets()) {
            Placement.violations(plan.ring(), plan.members(), bucket.options().replicas())
                    .forEach(each ->
                            violations.add(new ZoneViolation(bucket.name(), each.partition(), each.repeated())));
        }
        return violations;
    }

    /** The mean over this node's replicas: keys are spread by a hash, so partitions are about equal. */
    private static long bytesOfAReplica(Node node, ClusterState state, BucketDefinition bucket) {
        int held = 0;
        for (int partition = 0; partition < state.ring().partitions(); partition++) {
            held += state.replicaNodes(bucket, partition).contains(node.id()) ? 1 : 0;
        }
        return held == 0 ? 0 : node.approximateBytes(bucket) / held;
    }
}
