package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out which members are alive, as a state machine: it is told what happens and the time, and says what to send and what it
 * holds of whom. Used by one lane.
 *
 * <p>One member is probed per interval, in turn. If it does not answer in time, some others are asked to probe it; if it answers
 * none of them either, it is suspected, and counts as dead unless it contradicts in time, by an incarnation that only itself
 * raises (SWIM, sections 3 and 4). A node whose own timers are late, whose helpers are silent, or of which others say that it is
 * dead, gives everybody more time (Lifeguard, section IV). A lost connection is a reason to probe at once and no more; a standing
 * one is none not to.
 *
 * <p>Every time is in nanoseconds since an instant of the caller's choice, never negative and never decreasing. Each input may
 * bring outputs, which {@link #drain} hands over, and may change {@link #wakeAt}.
 */
public final class Detector {
    private static final long NEVER = Long.MAX_VALUE;

    private final NodeId self;
    private final LivenessSettings settings;
    private final RandomSource random;
    private final Meters meters;
    private final LocalHealth health = new LocalHealth();
    private final List<Output> outputs = new ArrayList<>();
    private final Opinions opinions;
    private final Rotation rotation;
    private final Probing probing;
    private final Map<NodeId, Long> connections = new TreeMap<>();
    private long nextRound = NEVER;

    /**
     * @param run of this node
     * @param random where the order of probes comes from
     * @param meters what happens here is counted there
     */
    public Detector(NodeId self, long run, LivenessSettings settings, RandomSource random, Meters meters, long now) {
        this.self = self;
        this.settings = settings;
        this.random = random;
        this.meters = meters;
        this.rotation = new Rotation(random);
        this.opinions = new Opinions(self, run, settings, health, meters, outputs, now);
        this.probing = new Probing(settings, health, opinions, rotation, meters, outputs, random.nextLong());
    }

    /** These are the members from now on, this node among them or not. */
    public void members(long now, Collection<NodeId> members) {
        noticePause(now);
        TreeSet<NodeId> gone = new TreeSet<>(opinions.others());
        gone.removeAll(members);
        for (NodeId member : gone) {
            probing.abandon(opinions.view(member));
            opinions.remove(member);
        }
        for (NodeId member : new TreeSet<>(members)) {
            if (!member.equals(self) && opinions.view(member) == null) {
                MemberView view = opinions.add(member, now);
                view.connectedRun = connections.getOrDefault(member, 0L);
                view.run = view.connectedRun;
            }
        }
        if (opinions.others().isEmpty()) {
            nextRound = NEVER;
        } else if (nextRound == NEVER) {
            // Anywhere in the interval, so that nodes that start together do not probe together for ever.
            nextRound = now + Long.remainderUnsigned(random.nextLong(), settings.interval());
        }
    }

    /** A connection to that run of a node stands. */
    public void connected(long now, NodeId peer, long run) {
        noticePause(now);
        connections.put(peer, run);
        MemberView view = opinions.view(peer);
        if (view == null) {
            return;
        }
        view.connectedRun = run;
        if (view.run != run) {
            opinions.begun(view, run, now);
        }
        probing.abandon(view);
        probing.begin(view, now);
    }

    /** No connection to that run of a node stands any more, which proves nothing but is a reason to look. */
    public void disconnected(long now, NodeId peer, long run) {
        noticePause(now);
        if (!connections.remove(peer, run)) {
            return;
        }
        MemberView view = opinions.view(peer);
        if (view != null) {
            view.connectedRun = 0;
            probing.begin(view, now);
            probing.hasten(view);
        }
    }

    /** That node let something run out of time, or says something although it counts as dead. */
    public void doubt(long now, NodeId peer) {
        noticePause(now);
        MemberView view = opinions.view(peer);
        if (view != null) {
            probing.begin(view, now);
        }
    }

    /** A message came from that run of a node. */
    public void received(long now, NodeId from, long run, LivenessMessage message) {
        noticePause(now);
        if (!connections.getOrDefault(from, 0L).equals(run)) {
            return;
        }
        MemberView view = opinions.view(from);
        if (view != null) {
            opinions.heard(view, message.incarnation(), now);
        }
        boolean accused = false;
        for (News said : message.news()) {
            accused |= opinions.told(said, now);
        }
        if (message instanceof LivenessMessage.Probe probe) {
            probing.answer(from, run, probe);
        } else if (message instanceof LivenessMessage.ProbeAnswer answer) {
            probing.answered(from, answer, now);
        } else if (message instanceof LivenessMessage.IndirectProbe asked) {
            probing.relay(from, run, asked, now);
        } else if (message instanceof LivenessMessage.IndirectAnswer answer) {
            probing.answered(answer, now);
        } else if (message instanceof LivenessMessage.Nack nack) {
            probing.nacked(nack);
        }
        if (accused && view != null && !(message instanceof LivenessMessage.Probe)) {
            // The accuser hears the contradiction first.
            probing.begin(view, now);
        }
        probeAtOnce(now);
    }

    /** Time has passed; to be called at {@link #wakeAt}, and harmless at any other time. */
    public void tick(long now) {
        noticePause(now);
        probing.expire(now);
        opinions.expire(now);
        probeAtOnce(now);
        if (now >= nextRound) {
            opinions.noticeCutOff(now);
            Optional<NodeId> next = rotation.next(opinions.others());
            next.ifPresent(member -> probing.begin(opinions.view(member), now));
            nextRound = now + settings.interval() * (1 + health.multiplier());
        }
    }

    /** When {@link #tick} is to be called next; {@link Long#MAX_VALUE} for not until something else happens. */
    public long wakeAt() {
        return Math.min(nextRound, Math.min(probing.wakeAt(), opinions.wakeAt()));
    }

    /** What there is to be done, and was found out, since the last call. */
    public List<Output> drain() {
        List<Output> drained = List.copyOf(outputs);
        outputs.clear();
        return drained;
    }

    /** What is held of every other member, by id. */
    public List<MemberLiveness> snapshot() {
        return opinions.views().stream().map(MemberView::snapshot).toList();
    }

    /** What is held of that member; empty if it is none, or this node. */
    public Optional<MemberLiveness> snapshot(NodeId member) {
        return Optional.ofNullable(opinions.view(member)).map(MemberView::snapshot);
    }

    /** How often this node has contradicted what was said of it. */
    public long incarnation() {
        return opinions.incarnation();
    }

    /** How much this node distrusts itself: 0 for not at all, at most 8. */
    public int distrust() {
        return health.multiplier();
    }

    private void probeAtOnce(long now) {
        opinions.takeToProbe().forEach(member -> probing.begin(opinions.view(member), now));
    }

    /**
     * If this node should have done something long ago, it did not run: nothing that did not happen meanwhile is held against
     * others, and it asks some of them, whose answers will tell what was said of it.
     */
    private void noticePause(long now) {
        long wakeAt = wakeAt();
        if (wakeAt == NEVER || now - wakeAt <= settings.timeout()) {
            return;
        }
        long late = now - wakeAt;
        outputs.add(new Output.Paused(late));
        meters.add(Counter.OWN_PAUSES);
        health.worse(1 + late / settings.interval());
        opinions.shift(late);
        probing.abandonAll();
        nextRound = now + settings.interval() * (1 + health.multiplier());
        int asked = 0;
        for (NodeId member : rotation.shuffled(opinions.others())) {
            MemberView view = opinions.view(member);
            if (asked < settings.indirectProbes() && view.isConnected() && view.status != Status.DEAD) {
                probing.begin(view, now);
                asked++;
            }
        }
    }
}
