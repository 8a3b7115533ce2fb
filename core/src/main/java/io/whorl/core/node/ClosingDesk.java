package io.whorl.core.node;

import io.whorl.core.closing.Closer;
import io.whorl.core.closing.ClosingLane;
import io.whorl.core.membership.Changes;
import io.whorl.core.membership.Membership;
import io.whorl.core.membership.MembershipStore;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClosingMessage.AskReport;
import io.whorl.core.message.ClosingMessage.AskRuns;
import io.whorl.core.message.ClosingMessage.NamedRuns;
import io.whorl.core.message.ClosingMessage.Report;
import io.whorl.core.message.ClosingMessage.Seen;
import io.whorl.core.message.Failure;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.Closings;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's side of closing runs: gathers from the lanes what is asked, makes reports durable before they are given, and is the way of
 * {@link Closer} to the others. Called on the cluster's lane, but for {@link #asOf}.
 */
final class ClosingDesk implements ClosingLane {
    /** How many runs one answer names: more are closed in several goes. */
    private static final int MOST_RUNS = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(ClosingDesk.class);

    private final Node node;
    private final Lane lane;
    private final Membership membership;
    private final MembershipStore store;
    private final Closer closer;
    private volatile long asOf;
    private boolean started;
    private boolean stopped;
    private long closed;

    ClosingDesk(Node node, Lane lane, Membership membership) {
        this.node = node;
        this.lane = lane;
        this.membership = membership;
        this.store = new MembershipStore(node.ports().storage());
        NodeOptions options = node.options();
        this.closer = new Closer(
                this,
                node.ports().random().fork("closing"),
                new Closer.Settings(
                        options.closingInterval(), options.closingAtLeast(), options.closingInterval() / 2));
    }

    /** The newest freeze for which this node has reported durably: what it says from now on holds whatever happens to it. */
    long asOf() {
        return asOf;
    }

    /** There is a new cluster state, which the lanes learn of before anything else that is asked of them from here. */
    void learned(ClusterState state) {
        if (!started) {
            started = true;
            // Who never reported has become a member after the closings that it finds.
            closed = state.closings().closed().newest();
            asOf = store.reported().orElse(state.closings().closed().newest());
            closer.start();
            watch();
        }
        if (state.closings().closed().newest() > closed) {
            closed = state.closings().closed().newest();
            LOG.info(
                    "Node {} knows as of epoch {}: {}",
                    node.id(),
                    state.epoch(),
                    state.closings().closed());
        }
        closer.learned(state);
    }

    /**
     * A node that finds a closing which it does not remember to have reported for was set back to an older state of its disk. What it says
     * counts again when its replicas have taken the closing up from their peers.
     */
    private void watch() {
        lane.schedule(node.options().closingInterval() / 4, () -> {
            ClusterState state = node.state().orElseThrow();
            long newest = state.closings().closed().newest();
            if (asOf < newest) {
                onLanes(each -> each.closings().hasTakenUp(newest, state), parts -> {
                    if (!parts.contains(false)) {
                        say(newest, () -> {});
                    }
                });
            }
            if (!stopped) {
                watch();
            }
        });
    }

    /** What this node says is as of that freeze once this is durable; then the task is done. */
    private void say(long freeze, Runnable then) {
        store.keepReported(Math.max(freeze, asOf));
        durably(() -> {
            asOf = Math.max(asOf, freeze);
            then.run();
        });
    }

    void closeNow() {
        closer.closeNow();
    }

    void stop() {
        stopped = true;
        closer.stop();
    }

    void received(NodeId from, ClosingMessage message) {
        if (message instanceof AskRuns ask) {
            nameRuns(from, ask);
        } else if (message instanceof AskReport ask) {
            report(from, ask);
        } else {
            closer.answered(from, message);
        }
    }

    private void nameRuns(NodeId from, AskRuns ask) {
        onLanes(each -> each.closings().named(node.run()), parts -> {
            int most = 0;
            TreeSet<Long> runs = new TreeSet<>();
            for (LaneClosings.Named part : parts) {
                most = Math.max(most, part.most());
                runs.addAll(part.runs());
            }
            node.state()
                    .ifPresent(state -> state.members()
                            .forEach(member ->
                                    node.connections().run(member.id()).ifPresent(runs::remove)));
            List<Long> some = runs.stream().limit(MOST_RUNS).toList();
            tell(from, new NamedRuns(ask.request(), Math.min(most, some.size()), some));
        });
    }

    private void report(NodeId from, AskReport ask) {
        Optional<Closings.Freeze> freeze =
                node.state().flatMap(state -> state.closings().freeze());
        if (ask.freeze() != 0
                && freeze.filter(each -> each.number() == ask.freeze()).isEmpty()) {
            return; // not known here yet, or over: it is asked again, or nobody waits
        }
        boolean alive = ask.freeze() != 0 && freeze.orElseThrow().freezes(node.run());
        onLanes(each -> each.closings().report(ask.freeze(), ask.runs()), parts -> {
            List<Seen> seen = new ArrayList<>();
            boolean fit = !alive;
            for (Optional<List<Seen>> part : parts) {
                fit &= part.isPresent();
                part.ifPresent(seen::addAll);
            }
            Report report = new Report(ask.request(), ask.freeze(), node.run(), fit, fit ? seen : List.of());
            if (ask.freeze() == 0 || !fit) {
                tell(from, report);
            } else {
                say(ask.freeze(), () -> tell(from, report));
            }
        });
    }

    private void durably(Runnable then) {
        if (node.options()
                .plantedBug()
                .filter(PlantedBug.REPORT_NOT_SYNCED::equals)
                .isPresent()) {
            then.run();
            return;
        }
        node.ports().storage().sync(new StorageEngine.Completion() {
            @Override
            public void succeeded() {
                lane.execute(then);
            }

            @Override
            public void failed(StorageException failure) {
                lane.execute(() -> node.fail(failure));
            }
        });
    }

    /** Asks every lane; when all have answered, what they said is dealt with here. A lane that cannot answer keeps it from that. */
    private <T> void onLanes(Function<PartitionLane, T> question, Consumer<List<T>> then) {
        Queue<T> parts = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(node.lanes().size());
        for (PartitionLane each : node.lanes()) {
            each.lane().execute(() -> {
                try {
                    parts.add(question.apply(each));
                } catch (InDoubtException e) {
                    each.noticeDoubt();
                    return;
                }
                if (left.decrementAndGet() == 0) {
                    lane.execute(() -> then.accept(List.copyOf(parts)));
                }
            });
        }
    }

    private void tell(NodeId to, ClosingMessage answer) {
        if (to.equals(node.id())) {
            closer.answered(to, answer);
        } else {
            node.send(to, node.epoch(), answer);
        }
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public NodeId self() {
        return node.id();
    }

    @Override
    public Optional<ClusterState> state() {
        return node.state();
    }

    @Override
    public boolean isReachable(NodeId member) {
        return node.isReachable(member);
    }

    @Override
    public void ask(NodeId member, ClosingMessage question) {
        if (member.equals(node.id())) {
            lane.execute(() -> received(member, question));
        } else {
            node.send(member, node.epoch(), question);
        }
    }

    @Override
    public void propose(Change change) {
        membership.change(change, node.options().closingInterval() / 2, new Changes.Listener() {
            @Override
            public void made(ClusterState state) {
                // The cluster's state tells.
            }

            @Override
            public void failed(Failure failure) {
                LOG.debug("{} was not made: {}", change, failure);
            }
        });
    }

    @Override
    public long nextRequest() {
        return node.nextRequest();
    }
}
