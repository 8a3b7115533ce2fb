package io.whorl.core.node;

import io.whorl.core.membership.Changes;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Retiring;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster for the next steps of this node's moves: gathers what its lanes have done, so that many steps share an epoch, and
 * asks until the newest state shows them. One change is asked for at a time.
 */
final class MoveDesk {
    private static final Logger LOG = LoggerFactory.getLogger(MoveDesk.class);
    private static final long SECOND = 1_000_000_000L;
    /** For others on the same way to come along. */
    private static final long GATHERING = SECOND / 200;

    private static final long LEAVING_PAUSE = SECOND / 5;
    private static final long TIMEOUT = 5 * SECOND;
    private static final int SHORTEST_PAUSE_MILLIS = 100;

    private final Node node;
    private final Lane lane;
    private final RandomSource random;
    private final TreeMap<Integer, Long> finished = new TreeMap<>();
    private final TreeMap<Integer, Long> dropped = new TreeMap<>();
    private final List<Change> proposed = new ArrayList<>();
    private boolean asking;
    private boolean scheduled;
    private int failures;

    MoveDesk(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
        this.random = node.ports().random().fork("moves");
    }

    // ---- said by the lanes of the partitions, on them

    void finished(Change.MoveId move) {
        lane.execute(() -> {
            finished.put(move.partition(), move.begun());
            soon(GATHERING);
        });
    }

    void dropped(int partition, long changed) {
        lane.execute(() -> {
            dropped.put(partition, changed);
            soon(GATHERING);
        });
    }

    void propose(Change change) {
        lane.execute(() -> {
            if (!proposed.contains(change)) {
                proposed.add(change);
            }
            soon(GATHERING);
        });
    }

    // ---- on the lane of the cluster state

    /** There is a newer state. */
    void adopted() {
        soon(GATHERING);
    }

    private void soon(long nanos) {
        if (!scheduled && !asking) {
            scheduled = true;
            lane.schedule(nanos, () -> {
                scheduled = false;
                step();
            });
        }
    }

    private void step() {
        ClusterState state = node.state().orElse(null);
        if (asking || state == null) {
            return;
        }
        Optional<Change> next = next(state);
        if (next.isEmpty() && isLeaving(state)) {
            // The last of its hints may go without an epoch that would tell of it.
            soon(LEAVING_PAUSE);
        }
        next.ifPresent(change -> {
            asking = true;
            node.cluster().change(change, TIMEOUT, new Changes.Listener() {
                @Override
                public void made(ClusterState made) {
                    failures = 0;
                    ended(GATHERING);
                }

                @Override
                public void failed(Failure failure) {
                    failures++;
                    LOG.debug("Node {}: {} was not made: {}", node.id(), change, failure.detail());
                    long pause = (long) SHORTEST_PAUSE_MILLIS << Math.min(5, failures);
                    ended(pause * (SECOND / 1_000) * (4 + random.nextInt(4)) / 4);
                }
            });
        });
    }

    private void ended(long pause) {
        asking = false;
        soon(pause);
    }

    /** What the cluster is to be asked for next. */
    private Optional<Change> next(ClusterState state) {
        Layout layout = state.layout();
        NodeId self = node.id();
        finished.entrySet()
                .removeIf(entry -> layout.move(entry.getKey())
                        .filter(move -> move.begun() == entry.getValue())
                        .isEmpty());
        // As of another change of the slots it is said anew, once the lane has come to that and has nothing.
        dropped.entrySet()
                .removeIf(entry -> layout.changed(entry.getKey()) != entry.getValue()
                        || layout.retiring().stream().noneMatch(each -> is(each, entry.getKey(), self)));
        if (!finished.isEmpty()) {
            List<Change.MoveId> moves = new ArrayList<>();
            finished.forEach((partition, begun) -> moves.add(new Change.MoveId(partition, begun)));
            return Optional.of(new Change.FinishMoves(moves));
        }
        if (!dropped.isEmpty()) {
            List<Change.Retired> slots = new ArrayList<>();
            dropped.forEach((partition, changed) -> slots.add(new Change.Retired(partition, changed)));
            return Optional.of(new Change.Dropped(self, slots));
        }
        while (!proposed.isEmpty()) {
            Change change = proposed.remove(0);
            if (state.after(change).judgement() == Change.DONE) {
                return Optional.of(change);
            }
        }
        Change begin = new Change.BeginMoves(self, node.options().movesAtOnce());
        if ((layout.goal().isPresent() || !layout.resizings().isEmpty())
                && movesOf(layout, self) < node.options().movesAtOnce()
                && state.after(begin).judgement() == Change.DONE) {
            return Optional.of(begin);
        }
        Change left = new Change.Left(self);
        return isLeaving(state)
                        && node.hintBudget().isHandedOver()
                        && state.after(left).judgement() == Change.DONE
                ? Optional.of(left)
                : Optional.empty();
    }

    private boolean isLeaving(ClusterState state) {
        return state.member(node.id())
                .filter(member -> member.status() == Member.Status.LEAVING)
                .isPresent();
    }

    private static boolean is(Retiring each, int partition, NodeId node) {
        return each.partition() == partition && each.node().equals(node);
    }

    private static long movesOf(Layout layout, NodeId node) {
        return layout.moves().stream()
                .filter((Move move) -> move.involves(node))
                .count();
    }
}
