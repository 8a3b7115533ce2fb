package io.whorl.core.closing;

import io.whorl.core.closing.Survey.Verdict;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClosingMessage.AskReport;
import io.whorl.core.message.ClosingMessage.AskRuns;
import io.whorl.core.message.ClosingMessage.NamedRuns;
import io.whorl.core.message.ClosingMessage.Report;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.Closings;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has runs closed that have ended, at an interval and on demand. Every node has one; whoever comes first does it, and nothing is lost
 * when two try at once or one stops half-way.
 *
 * <p>An attempt asks all members which runs they name, then for their reports in advance: those runs that are nobody's present one
 * have ended, since a run that is named and lives answers in the second round. If all is equal, they are frozen by an epoch, all members
 * are asked for their reports, and the next epoch closes them or lets go. A freeze of somebody who does not go on is taken over.
 */
public final class Closer {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);
    private static final int ASKED_AGAIN = 5;

    /** How many attempts the members together make in an interval, on average; each one of them in a smaller cluster. */
    private static final int ATTEMPTS = 8;

    private final ClosingLane lane;
    private final RandomSource random;
    private final Settings settings;
    private Optional<Attempt> attempt = Optional.empty();
    private long frozenAtLastTick;
    private long mine;
    private boolean ended;

    /**
     * @param interval nanoseconds between two attempts, about
     * @param atLeast how many ended runs one replica has to name before they are closed
     * @param patience nanoseconds that an attempt waits for a step
     */
    public record Settings(long interval, int atLeast, long patience) {}

    /** What is asked now, and what was answered; runs is empty while it is asked which there are. */
    private record Attempt(
            long request, long freeze, List<Long> runs, int atLeast, int most, TreeSet<NodeId> named, Survey survey) {}

    public Closer(ClosingLane lane, RandomSource random, Settings settings) {
        this.lane = lane;
        this.random = random;
        this.settings = settings;
    }

    /** Begins to look at the interval. */
    public void start() {
        long jitter = Long.remainderUnsigned(random.nextLong(), 1 + settings.interval() / 2);
        lane.lane().schedule(settings.interval() + jitter, () -> {
            if (!ended) {
                look(settings.atLeast(), isOnesTurn());
                start();
            }
        });
    }

    /** Nothing is asked or proposed afterwards. */
    public void stop() {
        ended = true;
        attempt = Optional.empty();
    }

    /** Closes what can be closed now, were it a single run that this node names; what comes of it, the cluster's state tells. */
    public void closeNow() {
        if (!ended) {
            look(1, true);
        }
    }

    /** An attempt asks everybody, so in a large cluster some nodes make one at each interval, and not all. */
    private boolean isOnesTurn() {
        int members = lane.state().map(state -> state.members().size()).orElse(1);
        return members <= ATTEMPTS || random.nextInt(members) < ATTEMPTS;
    }

    private void look(int atLeast, boolean begins) {
        Optional<ClusterState> known = lane.state();
        if (known.isEmpty()) {
            return;
        }
        ClusterState state = known.get();
        Optional<Closings.Freeze> freeze = state.closings().freeze();
        boolean abandoned = freeze.isPresent() && freeze.get().number() == frozenAtLastTick;
        frozenAtLastTick = freeze.map(Closings.Freeze::number).orElse(0L);
        if (freeze.isPresent()) {
            if (attempt.isEmpty() && abandoned) {
                gather(state, freeze.get());
            }
        } else if (begins && attempt.isEmpty() && isQuiet(state)) {
            begin(new Attempt(lane.nextRequest(), 0, List.of(), atLeast, 0, new TreeSet<>(), Survey.of(state)));
            // Nobody is bothered before this node itself names enough.
            lane.ask(lane.self(), new AskRuns(attempt.get().request()));
        }
    }

    private boolean isQuiet(ClusterState state) {
        return state.layout().moves().isEmpty()
                && state.layout().retiring().isEmpty()
                && state.members().stream().map(Member::id).allMatch(lane::isReachable);
    }

    private void begin(Attempt next) {
        attempt = Optional.of(next);
        lane.lane().schedule(settings.patience(), () -> expired(next.request()));
    }

    private void expired(long request) {
        if (attempt.isPresent() && attempt.get().request() == request) {
            giveUp("somebody has not answered");
        }
    }

    private void giveUp(String why) {
        Attempt given = attempt.orElseThrow();
        attempt = Optional.empty();
        LOG.debug("Runs are not closed for now: {}", why);
        if (given.freeze() != 0) {
            lane.propose(new Change.LiftFreeze(given.freeze()));
        }
    }

    private void askAll(ClosingMessage question) {
        for (Member member : List.copyOf(attempt.orElseThrow().survey().state().members())) {
            lane.ask(member.id(), question);
        }
    }

    /** An answer to a question of this node. */
    public void answered(NodeId from, ClosingMessage answer) {
        if (attempt.isEmpty() || attempt.get().request() != answer.request()) {
            return;
        }
        if (answer instanceof NamedRuns named) {
            named(from, named);
        } else if (answer instanceof Report report
                && report.freeze() == attempt.get().freeze()) {
            reported(from, report);
        }
    }

    private void named(NodeId from, NamedRuns answer) {
        Attempt now = attempt.orElseThrow();
        TreeSet<Long> runs = new TreeSet<>(now.runs());
        runs.addAll(answer.runs());
        TreeSet<NodeId> named = new TreeSet<>(now.named());
        if (now.survey().state().member(from).isPresent()) {
            named.add(from);
        }
        Attempt next = new Attempt(
                now.request(),
                0,
                List.copyOf(runs),
                now.atLeast(),
                Math.max(now.most(), answer.most()),
                named,
                now.survey());
        attempt = Optional.of(next);
        if (from.equals(lane.self())) {
            if (answer.most() < next.atLeast()) {
                attempt = Optional.empty();
                return;
            }
            askOthers(next);
        }
        if (named.size() < next.survey().state().members().size()) {
            return;
        }
        begin(new Attempt(lane.nextRequest(), 0, next.runs(), next.atLeast(), next.most(), named, next.survey()));
        askAll(new AskReport(attempt.get().request(), 0, next.runs()));
    }

    private void askOthers(Attempt now) {
        for (Member member : now.survey().state().members()) {
            if (!member.id().equals(lane.self())) {
                lane.ask(member.id(), new AskRuns(now.request()));
            }
        }
    }

    private void reported(NodeId from, Report report) {
        Attempt now = attempt.orElseThrow();
        Survey survey = now.survey().with(from, report);
        attempt = Optional.of(
                new Attempt(now.request(), now.freeze(), now.runs(), now.atLeast(), now.most(), now.named(), survey));
        Verdict verdict = survey.verdict();
        if (verdict == Verdict.UNEQUAL) {
            giveUp("node " + from + " has seen something else of them, or cannot tell");
        } else if (verdict == Verdict.EQUAL) {
            attempt = Optional.empty();
            if (now.freeze() != 0) {
                lane.propose(new Change.CloseRuns(now.freeze()));
            } else {
                freeze(now, survey);
            }
        }
    }

    private void freeze(Attempt now, Survey survey) {
        List<Long> runs = new ArrayList<>(now.runs());
        runs.removeIf(survey::isAlive);
        if (!runs.isEmpty()) {
            mine = survey.state().epoch();
            lane.propose(new Change.FreezeRuns(
                    runs, survey.state().members().stream().map(Member::id).toList()));
        }
    }

    /** There is a new cluster state. */
    public void learned(ClusterState state) {
        Optional<Closings.Freeze> freeze = state.closings().freeze();
        if (attempt.isPresent()
                && freeze.map(Closings.Freeze::number).orElse(0L)
                        != attempt.get().freeze()) {
            // What is asked is over, or another one has begun.
            attempt = Optional.empty();
        }
        if (!ended
                && attempt.isEmpty()
                && freeze.isPresent()
                && mine != 0
                && freeze.get().number() > mine) {
            mine = 0;
            gather(state, freeze.get());
        }
    }

    private void gather(ClusterState state, Closings.Freeze freeze) {
        begin(new Attempt(lane.nextRequest(), freeze.number(), freeze.runs(), 1, 0, new TreeSet<>(), Survey.of(state)));
        askAll(new AskReport(attempt.get().request(), freeze.number(), List.of()));
        askAgain(attempt.get().request());
    }

    /** Members may not know of the freeze yet, and then do not answer. */
    private void askAgain(long request) {
        lane.lane().schedule(settings.patience() / ASKED_AGAIN, () -> {
            if (!ended && attempt.isPresent() && attempt.get().request() == request) {
                Attempt now = attempt.get();
                for (NodeId member : now.survey().missing()) {
                    lane.ask(member, new AskReport(request, now.freeze(), List.of()));
                }
                askAgain(request);
            }
        });
    }
}
