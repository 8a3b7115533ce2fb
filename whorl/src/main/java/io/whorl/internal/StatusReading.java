package io.whorl.internal;

import io.whorl.api.HintsHeld;
import io.whorl.api.Lag;
import io.whorl.api.LastEnd;
import io.whorl.api.Liveness;
import io.whorl.api.MemberStatus;
import io.whorl.api.MoveStatus;
import io.whorl.api.NodeStatus;
import io.whorl.api.ReplicaDoubt;
import io.whorl.api.Standing;
import io.whorl.api.StreamStatus;
import io.whorl.core.node.LaneStatus;
import io.whorl.core.node.MemberSnapshot;
import io.whorl.core.node.Node;
import io.whorl.core.repair.RepairStatus;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts a node's status together from what its lanes have answered.
 *
 * @param node of which node
 * @param address where others reach it
 * @param lanes how many lanes there are
 * @param stopped why it has stopped, if it has
 */
record StatusReading(Node node, Address address, int lanes, Optional<String> stopped) {

    NodeStatus of(Collection<LaneStatus> answers) {
        Optional<ClusterState> state = node.state();
        List<MemberStatus> members = state.map(ClusterState::members).orElse(List.of()).stream()
                .map(member -> member(member, state.get(), answers))
                .toList();
        List<ReplicaDoubt> doubts = new ArrayList<>();
        Set<Integer> silent = new TreeSet<>();
        for (int lane = 0; lane < lanes; lane++) {
            silent.add(lane);
        }
        for (LaneStatus answer : answers) {
            silent.remove(answer.lane());
            answer.doubts()
                    .forEach((replica, reason) ->
                            doubts.add(new ReplicaDoubt(bucket(state, replica.bucket()), replica.partition(), reason)));
        }
        return new NodeStatus(
                node.id().toString(),
                address.toString(),
                state.map(ClusterState::epoch).orElse(0L),
                lastEnd(),
                stopped,
                members,
                state.map(ClusterState::voters).orElse(List.of()).stream()
                        .map(NodeId::toString)
                        .toList(),
                state.map(known -> moves(known, answers)).orElse(List.of()),
                state.map(Progress::slotsLeft).orElse(0),
                state.map(known -> known.layout().retiring().size()).orElse(0),
                answers.stream().mapToInt(LaneStatus::replicas).sum(),
                answers.stream().mapToInt(LaneStatus::catchingUp).sum(),
                doubts,
                node.isStorageFull(),
                stopped.isPresent() ? List.of() : List.copyOf(silent));
    }

    private MemberStatus member(Member member, ClusterState state, Collection<LaneStatus> answers) {
        NodeId id = member.id();
        boolean local = id.equals(node.id());
        Optional<MemberSnapshot> seen = node.liveness().stream()
                .filter(snapshot -> snapshot.member().equals(id))
                .findFirst();
        List<RepairStatus> repair = answers.stream()
                .flatMap(answer -> answer.repair().stream())
                .filter(each -> each.peer().equals(id))
                .toList();
        return new MemberStatus(
                id.toString(),
                member.address().toString(),
                member.zone(),
                member.weight(),
                standing(member),
                local,
                local || seen.map(MemberSnapshot::connected).orElse(node.isReachable(id)),
                seen.map(StatusReading::liveness).orElse(Liveness.ALIVE),
                seen.map(MemberSnapshot::direct).orElse(true),
                seen.map(snapshot -> Instant.ofEpochMilli(snapshot.sinceMillis())),
                seen.filter(snapshot -> snapshot.roundTripNanos() >= 0)
                        .map(snapshot -> Duration.ofNanos(snapshot.roundTripNanos())),
                hints(id),
                behind(repair),
                ahead(repair),
                answers.stream()
                        .filter(answer -> answer.sinceHeard().containsKey(id))
                        .map(answer -> Duration.ofNanos(answer.sinceHeard().get(id)))
                        .min(Duration::compareTo),
                repair.stream()
                        .filter(RepairStatus::streaming)
                        .map(each -> new StreamStatus(
                                bucket(Optional.of(state), each.replica().bucket()),
                                each.replica().partition(),
                                each.streamedKeys(),
                                each.streamedBytes()))
                        .toList());
    }

    private static List<MoveStatus> moves(ClusterState state, Collection<LaneStatus> answers) {
        return state.layout().moves().stream().map(move -> move(move, answers)).toList();
    }

    /** A replica that comes whole counts keys and bytes; how many events it lacks tells about how many keys are to come. */
    private static MoveStatus move(Move move, Collection<LaneStatus> answers) {
        Optional<Long> since = answers.stream()
                .flatMap(answer -> answer.moves().stream())
                .filter(driven -> driven.move().equals(move))
                .map(driven -> driven.sinceNanos())
                .findFirst();
        List<RepairStatus> streams = answers.stream()
                .flatMap(answer -> answer.repair().stream())
                .filter(each -> each.streaming() && each.replica().partition() == move.partition())
                .toList();
        long keys = streams.stream().mapToLong(RepairStatus::streamedKeys).sum();
        long bytes = streams.stream().mapToLong(RepairStatus::streamedBytes).sum();
        long events = streams.stream().mapToLong(RepairStatus::behind).sum();
        double seconds = Math.max(1, since.orElse(0L)) / 1e9;
        return new MoveStatus(
                move.partition(),
                move.phase().kind(),
                move.outgoing().map(NodeId::toString),
                move.incoming().map(NodeId::toString),
                since.isPresent(),
                since.isPresent() ? keys : 0,
                since.isPresent() ? bytes : 0,
                since.isPresent() ? (long) (bytes / seconds) : 0,
                since.filter(nanos -> keys > 0)
                        .map(nanos -> Duration.ofMillis((long) (1_000 * seconds * Math.max(0, events - keys) / keys))));
    }

    private static Standing standing(Member member) {
        return switch (member.status()) {
            case ACTIVE -> Standing.ACTIVE;
            case LEAVING -> Standing.LEAVING;
            case REMOVED -> Standing.REMOVED;
        };
    }

    private HintsHeld hints(NodeId target) {
        return node.hintBudget().targets().stream()
                .filter(hints -> hints.target().equals(target))
                .findFirst()
                .map(hints -> new HintsHeld(hints.count(), hints.bytes(), hints.unreadable()))
                .orElse(HintsHeld.NONE);
    }

    private LastEnd lastEnd() {
        return switch (node.opened()) {
            case CLEAN -> LastEnd.CLOSED;
            case PROCESS_DIED -> LastEnd.PROCESS_DIED;
            case POWER_MAY_HAVE_FAILED -> LastEnd.POWER_MAY_HAVE_FAILED;
        };
    }

    private static Liveness liveness(MemberSnapshot snapshot) {
        return switch (snapshot.status()) {
            case ALIVE -> Liveness.ALIVE;
            case SUSPECT -> Liveness.SUSPECT;
            case DEAD -> Liveness.DEAD;
        };
    }

    private static Lag behind(List<RepairStatus> repair) {
        return new Lag(
                (int) repair.stream().filter(each -> each.behind() > 0).count(),
                repair.stream().mapToLong(RepairStatus::behind).sum());
    }

    private static Lag ahead(List<RepairStatus> repair) {
        return new Lag(
                (int) repair.stream().filter(each -> each.ahead() > 0).count(),
                repair.stream().mapToLong(RepairStatus::ahead).sum());
    }

    private static String bucket(Optional<ClusterState> state, long number) {
        return state.flatMap(known -> known.bucket(number))
                .map(BucketDefinition::name)
                .orElse("bucket " + number);
    }
}
