package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has happened to the cluster between two states, in the words of {@link NodeEvent}. */
final class ClusterNews {
    private final NodeId self;
    private final ClusterState before;
    private final ClusterState after;
    private final List<NodeEvent> events = new ArrayList<>();

    private ClusterNews(NodeId self, ClusterState before, ClusterState after) {
        this.self = self;
        this.before = before;
        this.after = after;
    }

    /**
     * @param self the node that is told
     * @param before the state that it knew
     * @param after a newer one, perhaps by many epochs
     */
    static List<NodeEvent> between(NodeId self, ClusterState before, ClusterState after) {
        ClusterNews news = new ClusterNews(self, before, after);
        news.members();
        news.moves();
        if (!Progress.isAtRest(before) && Progress.isAtRest(after)) {
            news.events.add(new NodeEvent.ClusterAtRest(after.epoch()));
        }
        return news.events;
    }

    private void members() {
        for (Member member : after.members()) {
            Optional<Member> known = before.member(member.id());
            if (known.isEmpty()) {
                events.add(new NodeEvent.MemberJoined(
                        member.id().toString(), member.address().toString()));
            }
            boolean turned = known.map(Member::status).orElse(Member.Status.ACTIVE) != member.status();
            if (turned && member.status() == Member.Status.LEAVING) {
                events.add(new NodeEvent.MemberLeaving(member.id().toString()));
            } else if (turned && member.status() == Member.Status.REMOVED) {
                events.add(new NodeEvent.MemberRemoved(member.id().toString()));
            }
        }
        for (Member member : before.members()) {
            if (after.member(member.id()).isEmpty()) {
                switch (member.status()) {
                    case LEAVING ->
                        events.add(new NodeEvent.MemberLeft(member.id().toString()));
                    case ACTIVE ->
                        events.add(new NodeEvent.MemberRemoved(member.id().toString()));
                    // Told of when it was removed.
                    case REMOVED -> {}
                }
            }
        }
    }

    /** Only what comes to this node or goes from it: of all others it would be too much to listen to. */
    private void moves() {
        for (Move move : before.layout().moves()) {
            Optional<Move> now = after.layout().move(move.partition());
            if (move.involves(self) && now.filter(next -> isSame(move, next)).isEmpty()) {
                events.add(new NodeEvent.MoveEnded(
                        move.partition(),
                        move.phase().kind(),
                        name(move.outgoing()),
                        name(move.incoming()),
                        isDone(move)));
            }
        }
        for (Move move : after.layout().moves()) {
            Optional<Move> known = before.layout().move(move.partition());
            if (move.involves(self) && known.filter(past -> isSame(past, move)).isEmpty()) {
                events.add(new NodeEvent.MoveBegun(
                        move.partition(), move.phase().kind(), name(move.outgoing()), name(move.incoming())));
            }
        }
    }

    /** A move whose old holder was excluded is still the same, in another phase. */
    private static boolean isSame(Move one, Move other) {
        return one.partition() == other.partition()
                && one.bucket() == other.bucket()
                && one.rank() == other.rank()
                && one.outgoing().equals(other.outgoing())
                && one.incoming().equals(other.incoming());
    }

    /** Whether the ring is now as the move was to make it. */
    private boolean isDone(Move move) {
        if (move.bucket() != 0) {
            return after.bucket(move.bucket())
                    .map(bucket -> after.layout().copies(bucket, move.partition()))
                    .filter(copies -> move.phase() == Move.Phase.ADDING ? copies > move.rank() : copies <= move.rank())
                    .isPresent();
        }
        List<NodeId> list = after.ring().preferenceList(move.partition());
        return move.incoming()
                .map(node -> list.indexOf(node) >= 0 && list.indexOf(node) <= move.rank())
                .orElseGet(() -> !list.contains(move.outgoing().orElseThrow()));
    }

    private static Optional<String> name(Optional<NodeId> node) {
        return node.map(NodeId::toString);
    }
}
