package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.IndirectAnswer;
import io.whorl.core.message.LivenessMessage.IndirectProbe;
import io.whorl.core.message.LivenessMessage.Nack;
import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Probe;
import io.whorl.core.message.LivenessMessage.ProbeAnswer;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The probes under way: this node's own, and those that it makes for others (SWIM, section 3.1). */
final class Probing {
    private static final int MOST_RELAYS = 1_024;

    private final LivenessSettings settings;
    private final LocalHealth health;
    private final Opinions opinions;
    private final Rotation rotation;
    private final Meters meters;
    private final List<Output> outputs;
    private final Map<Long, OwnProbe> own = new TreeMap<>();
    private final Map<Long, Relay> relays = new TreeMap<>();
    /** Begins anywhere, so that an answer to a question of an earlier run fits none of this one. */
    private long numbers;

    Probing(
            LivenessSettings settings,
            LocalHealth health,
            Opinions opinions,
            Rotation rotation,
            Meters meters,
            List<Output> outputs,
            long firstNumber) {
        this.settings = settings;
        this.health = health;
        this.opinions = opinions;
        this.rotation = rotation;
        this.meters = meters;
        this.outputs = outputs;
        this.numbers = firstNumber;
    }

    /** Probes a member, unless that is being done. */
    void begin(MemberView view, long now) {
        if (view.probe != null) {
            return;
        }
        int slowness = 1 + health.multiplier();
        OwnProbe probe = new OwnProbe(
                ++numbers, view, now, now + settings.timeout() * slowness, now + settings.interval() * slowness);
        view.probe = probe;
        own.put(probe.number, probe);
        meters.add(Counter.PROBES_SENT);
        if (view.isConnected()) {
            send(
                    view.id,
                    view.connectedRun,
                    new Probe(probe.number, opinions.incarnation(), opinions.newsFor(view.id)));
        } else {
            hasten(view);
        }
    }

    /** Asks others now, because this node cannot have an answer any more. */
    void hasten(MemberView view) {
        if (view.probe != null && !view.probe.indirect) {
            askOthers(view.probe);
        }
    }

    private void askOthers(OwnProbe probe) {
        probe.indirect = true;
        for (NodeId member : rotation.shuffled(opinions.others())) {
            MemberView helper = opinions.view(member);
            boolean fit = helper != probe.target && helper.isConnected() && helper.status != Status.DEAD;
            if (fit && probe.helpers < settings.indirectProbes()) {
                probe.helpers++;
                News target = probe.target.asSaidBy(opinions.self());
                send(
                        helper.id,
                        helper.connectedRun,
                        new IndirectProbe(probe.number, opinions.incarnation(), target, opinions.newsFor(helper.id)));
            }
        }
    }

    /** Answers another's probe. */
    void answer(NodeId from, long run, Probe probe) {
        send(from, run, new ProbeAnswer(probe.number(), opinions.incarnation(), opinions.newsFor(from)));
    }

    /** Probes a member for another, or says at once that it cannot. */
    void relay(NodeId from, long run, IndirectProbe asked, long now) {
        MemberView target = opinions.view(asked.target().member());
        if (target == null || !target.isConnected() || relays.size() >= MOST_RELAYS) {
            nack(from, run, asked.number());
            return;
        }
        meters.add(Counter.PROBES_RELAYED);
        long number = ++numbers;
        relays.put(
                number,
                new Relay(from, run, asked.number(), target.id, now + settings.nackAfter(), now + settings.interval()));
        List<News> news = new ArrayList<>();
        if (asked.target().status() != Status.ALIVE && asked.target().run() == target.connectedRun) {
            news.add(asked.target());
        }
        news.addAll(opinions.newsFor(target.id));
        send(target.id, target.connectedRun, new Probe(number, opinions.incarnation(), news));
    }

    private void nack(NodeId to, long run, long number) {
        send(to, run, new Nack(number, opinions.incarnation(), opinions.newsFor(to)));
    }

    /** The probed member has answered, this node or through it another. */
    void answered(NodeId from, ProbeAnswer answer, long now) {
        OwnProbe probe = own.get(answer.number());
        if (probe != null && probe.target.id.equals(from)) {
            end(probe);
            health.better();
            probe.target.roundTrip = now - probe.startedAt;
            counted(probe.target, 0);
            outputs.add(new Output.Measured(probe.target.snapshot()));
        }
        Relay relay = relays.get(answer.number());
        if (relay != null && relay.target.equals(from)) {
            relays.remove(answer.number());
            MemberView target = opinions.view(from);
            if (target != null) {
                send(
                        relay.asker,
                        relay.askerRun,
                        new IndirectAnswer(
                                relay.askerNumber,
                                opinions.incarnation(),
                                from,
                                target.run,
                                target.incarnation,
                                opinions.newsFor(relay.asker)));
            }
        }
    }

    /** Another had an answer of the probed member. */
    void answered(IndirectAnswer answer, long now) {
        OwnProbe probe = own.get(answer.number());
        if (probe == null || !probe.target.id.equals(answer.target())) {
            return;
        }
        end(probe);
        MemberView view = probe.target;
        if (view.run != answer.targetRun()) {
            if (view.isConnected()) {
                return;
            }
            opinions.begun(view, answer.targetRun(), now);
        }
        opinions.alive(view, answer.targetIncarnation(), view.id, now);
        counted(view, view.misses + 1);
    }

    private void counted(MemberView view, int misses) {
        boolean before = view.isDirect();
        view.misses = misses;
        if (view.isDirect() != before) {
            outputs.add(new Output.LinkChanged(view.snapshot()));
        }
    }

    /** A helper is well, but has no answer. */
    void nacked(Nack nack) {
        OwnProbe probe = own.get(nack.number());
        if (probe != null) {
            probe.nacks++;
        }
    }

    /** Does what is due. */
    void expire(long now) {
        for (OwnProbe probe : new ArrayList<>(own.values())) {
            if (now >= probe.endsAt) {
                failed(probe, now);
            } else if (now >= probe.indirectAt && !probe.indirect) {
                askOthers(probe);
            }
        }
        for (Map.Entry<Long, Relay> entry : new ArrayList<>(relays.entrySet())) {
            Relay relay = entry.getValue();
            if (now >= relay.endsAt) {
                relays.remove(entry.getKey());
            }
            if (now >= relay.nackAt && !relay.nacked) {
                relay.nacked = true;
                nack(relay.asker, relay.askerRun, relay.askerNumber);
            }
        }
    }

    private void failed(OwnProbe probe, long now) {
        end(probe);
        meters.add(Counter.PROBES_FAILED);
        health.worse(probe.helpers == 0 ? 1 : probe.missingNacks());
        counted(probe.target, probe.target.misses + 1);
        opinions.unanswered(probe.target, probe.startedAt, now);
    }

    private void end(OwnProbe probe) {
        own.remove(probe.number);
        probe.target.probe = null;
    }

    /** The member's probe counts for nothing. */
    void abandon(MemberView view) {
        if (view.probe != null) {
            end(view.probe);
        }
    }

    /** No probe counts for anything. */
    void abandonAll() {
        new ArrayList<>(own.values()).forEach(this::end);
        relays.clear();
    }

    /** When to look for what is due; {@link Long#MAX_VALUE} for never. */
    long wakeAt() {
        long first = Long.MAX_VALUE;
        for (OwnProbe probe : own.values()) {
            first = Math.min(first, probe.wakeAt());
        }
        for (Relay relay : relays.values()) {
            first = Math.min(first, relay.wakeAt());
        }
        return first;
    }

    private void send(NodeId to, long run, LivenessMessage message) {
        outputs.add(new Output.Send(to, run, message));
    }
}
