package io.whorl.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a node is at one moment, and how the others look from it. Immutable. docs/operations.md says of every part what it means and
 * what to do about it.
 *
 * @param nodeId its identity, which belongs to its data directory
 * @param address where other nodes reach it, {@code host:port}
 * @param epoch the number of the newest cluster state that it knows; 0 while it belongs to no cluster
 * @param lastEnd how its run before this one ended
 * @param stopped why it has stopped; empty while it runs
 * @param members all members, by id, this node among them; empty while it belongs to no cluster
 * @param voters the members that agree on changes of the cluster; more than half of them have to be reachable for one
 * @param moves the slots that are on their way anywhere in the cluster, by partition
 * @param slotsLeft how many slots have to move yet until the cluster is at rest, those on their way among them
 * @param retiring how many partitions' former holders have not dropped their replicas yet
 * @param replicas how many replicas it holds
 * @param catchingUp how many of them answer no strict read yet, because a loss of power may have set them back
 * @param inDoubt its replicas that met something unreadable
 * @param storageFull whether its last write to the disk was refused for want of space
 * @param silentLanes the lanes that did not answer in time, and of whose replicas nothing is said here: their disk or CPU is stuck
 */
public record NodeStatus(
        String nodeId,
        String address,
        long epoch,
        LastEnd lastEnd,
        Optional<String> stopped,
        List<MemberStatus> members,
        List<String> voters,
        List<MoveStatus> moves,
        int slotsLeft,
        int retiring,
        int replicas,
        int catchingUp,
        List<ReplicaDoubt> inDoubt,
        boolean storageFull,
        List<Integer> silentLanes) {

    /** Checks that nothing is missing, and copies the lists. */
    public NodeStatus {
        Objects.requireNonNull(nodeId, "nodeId");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(lastEnd, "lastEnd");
        Objects.requireNonNull(stopped, "stopped");
        members = List.copyOf(members);
        voters = List.copyOf(voters);
        moves = List.copyOf(moves);
        inDoubt = List.copyOf(inDoubt);
        silentLanes = List.copyOf(silentLanes);
    }

    /** What is known of a member; empty if there is none with this id. */
    public Optional<MemberStatus> member(String id) {
        return members.stream().filter(member -> member.nodeId().equals(id)).findFirst();
    }

    /** Whether nothing moves or has to: every member is active, and every replica is where it belongs and nowhere else. */
    public boolean isAtRest() {
        return slotsLeft == 0
                && retiring == 0
                && moves.isEmpty()
                && members.stream().allMatch(member -> member.standing() == Standing.ACTIVE);
    }

    /** What this node keeps for all members together. */
    public HintsHeld hints() {
        return new HintsHeld(
                members.stream().mapToLong(member -> member.hints().count()).sum(),
                members.stream().mapToLong(member -> member.hints().bytes()).sum(),
                members.stream()
                        .mapToLong(member -> member.hints().unreadable())
                        .sum());
    }

    /**
     * Whether there is nothing to worry about: it runs, every member is alive and connected, no hint is kept, no replica is behind,
     * catching up or in doubt, no lane hangs and the disk has space.
     */
    public boolean isHealthy() {
        return stopped.isEmpty()
                && !members.isEmpty()
                && inDoubt.isEmpty()
                && catchingUp == 0
                && silentLanes.isEmpty()
                && !storageFull
                && members.stream().allMatch(NodeStatus::isHealthy);
    }

    private static boolean isHealthy(MemberStatus member) {
        return member.local()
                || (member.connected()
                        && member.direct()
                        && member.liveness() == Liveness.ALIVE
                        && member.hints().count() == 0
                        && member.hints().unreadable() == 0
                        && member.behind().events() == 0
                        && member.streams().isEmpty());
    }

    /** For a log: a line for the node, one for each member, one for each move of this node's, one for each replica in doubt. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("node " + nodeId + " at " + address + ": "
                + stopped.map(reason -> "stopped, " + reason).orElse(isHealthy() ? "healthy" : "running")
                + ", epoch " + epoch + ", " + replicas + " replicas, " + inDoubt.size() + " in doubt"
                + (isAtRest() ? "" : ", " + moves.size() + " moves under way, " + slotsLeft + " slots to move")
                + (retiring == 0 ? "" : ", " + retiring + " to drop")
                + (catchingUp == 0 ? "" : ", " + catchingUp + " catching up")
                + (lastEnd == LastEnd.CLOSED ? "" : ", last end " + lastEnd)
                + (storageFull ? ", disk full" : "")
                + (silentLanes.isEmpty() ? "" : ", lanes that do not answer: " + silentLanes));
        members.forEach(member -> lines.add("member " + member));
        moves.stream().filter(MoveStatus::local).forEach(move -> lines.add("move of " + move));
        inDoubt.forEach(
                doubt -> lines.add("in doubt: " + doubt.bucket() + "/" + doubt.partition() + ": " + doubt.reason()));
        return List.copyOf(lines);
    }

    /** {@link #lines}, one below the other. */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
