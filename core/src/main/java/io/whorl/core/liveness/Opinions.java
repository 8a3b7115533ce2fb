package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a node holds of the other members, and of itself: whom it suspects, how suspicions end, and the news that it passes on
 * (SWIM, section 4.2: a higher incarnation wins, then the worse of two statuses).
 */
final class Opinions {
    private final NodeId self;
    private final long run;
    private final LivenessSettings settings;
    private final LocalHealth health;
    private final Meters meters;
    private final List<Output> outputs;
    private final Map<NodeId, MemberView> views = new TreeMap<>();
    private final TreeSet<NodeId> suspected = new TreeSet<>();
    private final TreeSet<NodeId> toProbe = new TreeSet<>();
    private final NewsQueue news = new NewsQueue();
    private long incarnation;
    private long lastHeard;
    private boolean cutOff;

    Opinions(
            NodeId self,
            long run,
            LivenessSettings settings,
            LocalHealth health,
            Meters meters,
            List<Output> outputs,
            long now) {
        this.self = self;
        this.run = run;
        this.settings = settings;
        this.health = health;
        this.meters = meters;
        this.outputs = outputs;
        this.lastHeard = now;
    }

    NodeId self() {
        return self;
    }

    long incarnation() {
        return incarnation;
    }

    /** How many members there are, this node included. */
    int count() {
        return views.size() + 1;
    }

    Collection<MemberView> views() {
        return views.values();
    }

    MemberView view(NodeId member) {
        return views.get(member);
    }

    Collection<NodeId> others() {
        return views.keySet();
    }

    /** A member from now on. */
    MemberView add(NodeId member, long now) {
        if (views.isEmpty()) {
            lastHeard = now;
        }
        MemberView view = new MemberView(member, now);
        views.put(member, view);
        return view;
    }

    /** No member any more. */
    void remove(NodeId member) {
        views.remove(member);
        suspected.remove(member);
        news.forget(member);
    }

    /** Whom to probe at once, because what was heard of it contradicts what this node knows. */
    List<NodeId> takeToProbe() {
        List<NodeId> taken = new ArrayList<>(toProbe);
        toProbe.clear();
        return taken;
    }

    /** The news for a message to that node: what is held of itself first, so that it can contradict (Lifeguard: buddy system). */
    List<News> newsFor(NodeId receiver) {
        List<News> told = new ArrayList<>();
        MemberView view = views.get(receiver);
        boolean unfounded = view != null && view.suspicion != null && view.suspicion.isUnfounded();
        if (view != null && view.status != Status.ALIVE && !unfounded && view.run != 0) {
            told.add(view.asSaidBy(self));
        }
        told.addAll(news.take(LivenessMessage.MOST_NEWS - 2, settings.tellings(count()), receiver));
        return told;
    }

    /** Another process of a member runs than the one that was known. */
    void begun(MemberView view, long newRun, long now) {
        news.forget(view.id);
        view.forget(newRun);
        revive(view, view.id, now);
    }

    /** A message came from the member itself. */
    void heard(MemberView view, long itsIncarnation, long now) {
        view.heard(now);
        lastHeard = now;
        if (cutOff) {
            cutOff = false;
            outputs.add(new Output.HearsAgain());
            // Nobody could contradict meanwhile.
            suspected.forEach(member -> views.get(member).suspicion.restart(now));
        }
        alive(view, itsIncarnation, view.id, now);
    }

    /** Somebody has an answer of the member in which it gave this incarnation. */
    void alive(MemberView view, long itsIncarnation, NodeId by, long now) {
        if (itsIncarnation > view.incarnation) {
            view.incarnation = itsIncarnation;
            view.suspicion = null;
            revive(view, by, now);
            news.add(view.asSaidBy(by));
        } else if (view.suspicion != null && view.suspicion.isUnfounded()) {
            revive(view, by, now);
        }
    }

    private void revive(MemberView view, NodeId by, long now) {
        suspected.remove(view.id);
        view.suspicion = null;
        if (view.status != Status.ALIVE) {
            meters.add(Counter.MEMBERS_RETURNED);
            change(view, Status.ALIVE, by, now);
        }
    }

    private void change(MemberView view, Status status, NodeId by, long now) {
        Status before = view.status;
        long lasted = now - view.since;
        view.status = status;
        view.since = now;
        outputs.add(new Output.Changed(view.snapshot(), before, lasted, by));
    }

    /** This node's own finding: the member has not answered since that instant. */
    void unanswered(MemberView view, long since, long now) {
        if (!view.wasHeardSince(since)) {
            suspect(view, self, lastHeard < since, now);
        }
    }

    private void suspect(MemberView view, NodeId by, boolean unfounded, long now) {
        if (view.status == Status.DEAD) {
            return;
        }
        if (view.suspicion == null || (view.suspicion.isUnfounded() && !unfounded)) {
            view.suspicion = new Suspicion(settings, by, now, unfounded);
            suspected.add(view.id);
            if (view.status == Status.ALIVE) {
                meters.add(Counter.MEMBERS_SUSPECTED);
                change(view, Status.SUSPECT, by, now);
            }
            tell(view, by, unfounded);
        } else if (!unfounded && view.suspicion.confirm(by, count())) {
            tell(view, by, false);
        }
    }

    private void tell(MemberView view, NodeId by, boolean unfounded) {
        if (!unfounded && view.run != 0) {
            news.add(view.asSaidBy(by));
        }
    }

    private void die(MemberView view, NodeId by, long now) {
        view.suspicion = null;
        suspected.remove(view.id);
        meters.add(Counter.MEMBERS_DIED);
        change(view, Status.DEAD, by, now);
        tell(view, by, false);
    }

    /** Takes over what another says; true if it was said of this node, which now contradicts. */
    boolean told(News said, long now) {
        if (said.member().equals(self)) {
            return said.run() == run && said.status() != Status.ALIVE && contradict(said);
        }
        MemberView view = views.get(said.member());
        if (view == null || said.run() == 0) {
            return false;
        }
        if (view.run == 0) {
            view.run = said.run();
        }
        if (view.run != said.run()) {
            return false;
        }
        if (said.status() == Status.ALIVE) {
            alive(view, said.incarnation(), said.by(), now);
        } else if (said.incarnation() >= view.incarnation) {
            accused(view, said, now);
        }
        return false;
    }

    private boolean contradict(News said) {
        if (said.incarnation() < incarnation) {
            return false;
        }
        incarnation = said.incarnation() + 1;
        health.worse(1);
        meters.add(Counter.SUSPICIONS_REFUTED);
        news.add(new News(self, run, incarnation, Status.ALIVE, self));
        return true;
    }

    private void accused(MemberView view, News said, long now) {
        boolean newer = said.incarnation() > view.incarnation;
        if (view.status == Status.DEAD && !(newer && said.status() == Status.SUSPECT)) {
            view.incarnation = said.incarnation();
            return;
        }
        if (newer) {
            // It has contradicted in between: what was held until now is over.
            view.incarnation = said.incarnation();
            view.suspicion = null;
            suspected.remove(view.id);
            if (view.status == Status.DEAD) {
                revive(view, said.by(), now);
            }
        }
        if (said.status() == Status.SUSPECT) {
            suspect(view, said.by(), false, now);
        } else if (view.wasHeardSince(now - settings.shortestSuspicion(count()))) {
            // Hearsay against what this node has heard itself: it looks for itself, and the member learns what is said
            // of it.
            suspect(view, said.by(), false, now);
            toProbe.add(view.id);
        } else {
            die(view, said.by(), now);
        }
    }

    /** Notices that nobody has been heard for too long. */
    void noticeCutOff(long now) {
        if (!cutOff && !views.isEmpty() && now - lastHeard > settings.deafAfter(health.multiplier())) {
            cutOff = true;
            meters.add(Counter.CUT_OFF);
            outputs.add(new Output.CutOff(now - lastHeard));
        }
    }

    /** Ends the suspicions whose time is over, unless this node is cut off. Whom it hears, but who does not contradict, is deaf. */
    void expire(long now) {
        if (suspected.isEmpty()) {
            return;
        }
        noticeCutOff(now);
        for (NodeId member : new ArrayList<>(suspected)) {
            MemberView view = views.get(member);
            Suspicion suspicion = view.suspicion;
            if (cutOff || suspicion.isUnfounded() || suspicion.endsAt(count()) > now) {
                continue;
            }
            die(view, self, now);
        }
    }

    /** When to look for suspicions that end; {@link Long#MAX_VALUE} for never. */
    long wakeAt() {
        long first = Long.MAX_VALUE;
        if (!cutOff) {
            for (NodeId member : suspected) {
                Suspicion suspicion = views.get(member).suspicion;
                if (!suspicion.isUnfounded()) {
                    first = Math.min(first, suspicion.endsAt(count()));
                }
            }
        }
        return first;
    }

    /** This node did not run for so long: that time is evidence of nothing. */
    void shift(long nanos) {
        lastHeard += nanos;
        views.values().forEach(view -> view.shift(nanos));
    }
}
