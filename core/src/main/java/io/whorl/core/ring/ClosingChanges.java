package io.whorl.core.ring;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The changes that freeze runs which have ended, and close them or let go of them. */
final class ClosingChanges {
    private final Draft draft;

    ClosingChanges(Draft draft) {
        this.draft = draft;
    }

    Change.Judgement freeze(Change.FreezeRuns change) {
        Optional<Closings.Freeze> present = draft.closings.freeze();
        TreeSet<Long> open = new TreeSet<>(change.runs());
        open.removeIf(run -> draft.closings.closed().closing(run) != 0);
        if (open.isEmpty() || (present.isPresent() && present.get().runs().containsAll(open))) {
            return Change.ALREADY;
        }
        if (present.isPresent()) {
            return Draft.refused(
                    Change.Why.NOT_POSSIBLE,
                    "other runs are frozen since epoch " + present.get().number());
        }
        Closings.Freeze freeze = new Closings.Freeze(draft.epoch, List.copyOf(open), change.members());
        Optional<String> obstacle = obstacle(freeze);
        if (obstacle.isPresent()) {
            return Draft.refused(Change.Why.NOT_POSSIBLE, obstacle.get());
        }
        draft.closings = new Closings(draft.closings.closed(), Optional.of(freeze));
        return Change.DONE;
    }

    /** Runs are closed only if everybody who could have something of theirs has reported, and nobody else has come since. */
    Change.Judgement close(Change.CloseRuns change) {
        Optional<Closings.Freeze> freeze = draft.closings.freeze().filter(each -> each.number() == change.number());
        if (freeze.isEmpty()) {
            return Change.ALREADY;
        }
        Optional<String> obstacle = obstacle(freeze.get());
        if (obstacle.isPresent()) {
            return Draft.refused(Change.Why.NOT_POSSIBLE, obstacle.get());
        }
        draft.closings = new Closings(
                draft.closings.closed().with(change.number(), freeze.get().runs()), Optional.empty());
        return Change.DONE;
    }

    Change.Judgement lift(Change.LiftFreeze change) {
        if (draft.closings
                .freeze()
                .filter(each -> each.number() == change.number())
                .isEmpty()) {
            return Change.ALREADY;
        }
        draft.closings = new Closings(draft.closings.closed(), Optional.empty());
        return Change.DONE;
    }

    private Optional<String> obstacle(Closings.Freeze freeze) {
        if (!freeze.members().equals(draft.members.stream().map(Member::id).toList())) {
            return Optional.of("members have come or gone: runs are closed by those who were asked alone");
        }
        if (!draft.moves.isEmpty() || !draft.retiring.isEmpty()) {
            return Optional.of("slots are moving: runs are closed while everybody holds what it holds");
        }
        for (long changed : draft.changed) {
            if (changed > freeze.number()) {
                return Optional.of("slots have moved since the runs were frozen in epoch " + freeze.number());
            }
        }
        return Optional.empty();
    }
}
