package io.whorl.testkit.simulation;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All machines of a simulation: those that run a node of the cluster, those that wait to join, and those that are gone. */
final class Fleet {
    private final List<SimulatedHost> all = new ArrayList<>();
    private final Map<NodeId, SimulatedHost> byId = new TreeMap<>();

    void add(SimulatedHost host) {
        all.add(host);
    }

    /** Every machine there is, by its number. */
    List<SimulatedHost> all() {
        return all;
    }

    /** Those that are meant to run, be they down at the moment or lost. */
    List<SimulatedHost> inService() {
        return all.stream().filter(SimulatedHost::isInService).toList();
    }

    /** Those in service that are not lost for ever. */
    List<SimulatedHost> living() {
        return all.stream().filter(host -> host.isInService() && !host.isDead()).toList();
    }

    /** Whether nobody in service is lost for ever. */
    boolean isComplete() {
        return all.stream().noneMatch(host -> host.isInService() && host.isDead());
    }

    /** Those that have never run yet. */
    List<SimulatedHost> reserve() {
        return all.stream().filter(SimulatedHost::isUnused).toList();
    }

    void named(NodeId id, SimulatedHost host) {
        byId.put(id, host);
    }

    /** The machine on which a node runs, or ran before the machine got another; null if there never was one. */
    SimulatedHost of(NodeId id) {
        return byId.get(id);
    }

    /** Whether most of the voters remain without a host: else nobody could be let in or go until a new line of epochs is founded. */
    boolean keepsVoters(SimulatedHost without) {
        List<NodeId> voters = newest().map(ClusterState::voters).orElse(List.of());
        long left = voters.stream()
                .filter(id -> {
                    SimulatedHost voter = of(id);
                    return voter != null && voter != without && !voter.isDead() && id.equals(voter.id());
                })
                .count();
        return voters.isEmpty() || left > voters.size() / 2;
    }

    /** Whether every member that is meant to stay is a host that has its disk still. */
    boolean isWhole() {
        return isComplete()
                && newest().stream()
                        .flatMap(state -> state.members().stream())
                        .filter(member -> member.status() == Member.Status.ACTIVE)
                        .allMatch(member -> {
                            SimulatedHost host = of(member.id());
                            return host != null && !host.isDead() && member.id().equals(host.id());
                        });
    }

    /** The newest state that a running node knows. */
    Optional<ClusterState> newest() {
        ClusterState newest = null;
        for (SimulatedHost host : all) {
            ClusterState known = host.isRunning() ? host.node().state().orElse(null) : null;
            if (known != null && (newest == null || known.epoch() > newest.epoch())) {
                newest = known;
            }
        }
        return Optional.ofNullable(newest);
    }
}
