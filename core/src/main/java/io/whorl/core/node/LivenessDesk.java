package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.liveness.Detector;
import io.whorl.core.liveness.MemberLiveness;
import io.whorl.core.liveness.Output;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's side of {@link Detector}: gives it the time and what arrives, sends what it wants sent, and lets lanes, operators and
 * listeners know what it finds out. Called on the cluster's lane, except where it says otherwise.
 */
final class LivenessDesk {
    private static final Logger LOG = LoggerFactory.getLogger(LivenessDesk.class);
    private static final long MILLISECOND = 1_000_000L;

    private final Node node;
    private final Lane lane;
    private final Detector detector;
    private final LivenessTable table = new LivenessTable();
    private final Map<NodeId, Long> doubted = new ConcurrentSkipListMap<>();
    private final long origin;
    private Lane.Timer timer;
    private long timerAt;

    LivenessDesk(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
        this.origin = lane.nanoTime();
        this.detector = new Detector(
                node.id(),
                node.run(),
                node.options().liveness(),
                node.ports().random().fork("liveness"),
                node.meters(),
                0);
    }

    void members(ClusterState state) {
        TreeSet<NodeId> members = new TreeSet<>();
        state.members().stream().map(Member::id).forEach(members::add);
        detector.members(now(), members);
        table.replace(detector.snapshot().stream().map(this::snapshot).toList());
        goOn();
    }

    void connected(NodeId peer, long run) {
        detector.connected(now(), peer, run);
        goOn();
    }

    void disconnected(NodeId peer, long run) {
        detector.disconnected(now(), peer, run);
        goOn();
    }

    void received(NodeId from, long run, LivenessMessage message) {
        detector.received(now(), from, run, message);
        goOn();
    }

    /** A peer lets requests run out of time: it is probed, if that was not done just now. Callable on any thread. */
    void doubt(NodeId peer) {
        long now = now();
        Long last = doubted.get(peer);
        if (last == null || now - last > node.options().liveness().timeout()) {
            doubted.put(peer, now);
            lane.execute(() -> {
                detector.doubt(now(), peer);
                goOn();
            });
        }
    }

    /** A peer says something about a replica: if it counts as dead, that is a reason to probe it. Callable on any thread. */
    void heard(NodeId peer) {
        if (table.isDead(peer)) {
            doubt(peer);
        }
    }

    /** Callable on any thread. */
    boolean isDead(NodeId peer) {
        return table.isDead(peer);
    }

    /** Whether others are to be asked first. Callable on any thread. */
    boolean isDoubtful(NodeId peer) {
        return table.isDoubtful(peer);
    }

    /** Callable on any thread. */
    List<MemberSnapshot> snapshots() {
        // Connections come and go without anything else being found out.
        return table.all().stream()
                .map(member ->
                        member.connected(node.connections().run(member.member()).isPresent()))
                .toList();
    }

    private long now() {
        return lane.nanoTime() - origin;
    }

    private void goOn() {
        for (Output output : detector.drain()) {
            if (output instanceof Output.Send send) {
                send(send);
            } else if (output instanceof Output.Changed changed) {
                changed(changed);
            } else if (output instanceof Output.LinkChanged link) {
                linkChanged(link.member());
            } else if (output instanceof Output.Measured measured) {
                publish(measured.member());
            } else {
                aboutItself(output);
            }
        }
        long wakeAt = detector.wakeAt();
        if (timer != null && (wakeAt < timerAt || wakeAt == Long.MAX_VALUE)) {
            timer.cancel();
            timer = null;
        }
        // A timer that is too early does no harm, and is not worth calling off.
        if (timer == null && wakeAt != Long.MAX_VALUE) {
            timerAt = wakeAt;
            timer = lane.schedule(Math.max(0, wakeAt - now()), () -> {
                timer = null;
                detector.tick(now());
                goOn();
            });
        }
    }

    private void send(Output.Send send) {
        if (!node.hasEnded()) {
            node.ports()
                    .transport()
                    .ifPresent(transport ->
                            transport.send(send.to(), new Envelope(send.run(), node.epoch(), send.message())));
        }
    }

    private void publish(MemberLiveness member) {
        table.put(snapshot(member));
    }

    private MemberSnapshot snapshot(MemberLiveness member) {
        return new MemberSnapshot(
                member.member(),
                member.status(),
                lane.wallMillis() - (now() - member.since()) / MILLISECOND,
                member.run(),
                member.incarnation(),
                member.connected(),
                member.direct(),
                member.roundTripNanos());
    }

    private void changed(Output.Changed changed) {
        MemberLiveness member = changed.member();
        publish(member);
        NodeId id = member.member();
        long lasted = changed.lasted() / MILLISECOND;
        if (member.status() == Status.SUSPECT) {
            LOG.info(
                    "Node {}: member {} does not answer, as node {} found. It is asked last from now on, and counts as dead"
                            + " unless it answers soon",
                    node.named(node.id()),
                    node.named(id),
                    node.named(changed.by()));
            node.happened(new NodeEvent.MemberSuspected(id.toString()));
        } else if (member.status() == Status.DEAD) {
            LOG.warn(
                    "Node {}: member {} counts as dead, as node {} found, suspected for {} ms. Requests go past it, and others"
                            + " stand in for it until it is back; it stays in the ring. Start it again, or repair its network",
                    node.named(node.id()),
                    node.named(id),
                    node.named(changed.by()),
                    lasted);
            node.happened(new NodeEvent.MemberDied(id.toString()));
        } else {
            LOG.info(
                    "Node {}: member {} is back, {} for {} ms. What it has missed is brought to it now",
                    node.named(node.id()),
                    node.named(id),
                    changed.before() == Status.DEAD ? "dead" : "suspected",
                    lasted);
            node.happened(new NodeEvent.MemberReturned(id.toString()));
            for (PartitionLane each : node.lanes()) {
                each.lane().execute(() -> each.peers().returned(id));
            }
        }
    }

    private void linkChanged(MemberLiveness member) {
        publish(member);
        if (member.status() != Status.ALIVE) {
            return;
        }
        if (member.direct()) {
            LOG.info("Node {}: member {} answers this node again", node.named(node.id()), node.named(member.member()));
        } else {
            LOG.warn(
                    "Node {}: member {} answers others, but not this node, and is asked last. Check the network between the two",
                    node.named(node.id()),
                    node.named(member.member()));
        }
    }

    private void aboutItself(Output output) {
        if (output instanceof Output.Paused paused) {
            LOG.warn(
                    "Node {} has not run for {} ms: a long garbage collection, a stopped process or an overloaded machine. Others"
                            + " may have taken it for dead, which it contradicts; it gives them more time for a while",
                    node.named(node.id()),
                    paused.nanos() / MILLISECOND);
        } else if (output instanceof Output.CutOff cut) {
            LOG.warn(
                    "Node {} has heard from no other member for {} ms, and takes itself for cut off: it holds nobody dead. Check"
                            + " this machine's network, unless all other members are down",
                    node.named(node.id()),
                    cut.nanos() / MILLISECOND);
        } else {
            LOG.info("Node {} hears from other members again", node.named(node.id()));
        }
    }
}
