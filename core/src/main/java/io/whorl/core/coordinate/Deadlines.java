package io.whorl.core.coordinate;

import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The deadlines of one lane's requests. Nearly every request ends long before its own, so there is one timer for all of them, set for
 * the earliest at the time, and nothing to be called off when a request ends.
 *
 * <p>A deadline is never early. It is late by {@value #SLACK_NANOS} nanoseconds at the most, and only when another one was just before
 * it: so many that pass one after another are looked through together.
 */
public final class Deadlines {
    static final long SLACK_NANOS = 2_000_000;

    private static final Comparator<Ending<?>> EARLIEST_FIRST = (a, b) -> {
        int byDeadline = Long.compare(a.deadline() - b.deadline(), 0);
        return byDeadline != 0 ? byDeadline : Long.compare(a.order(), b.order());
    };

    private final Lane lane;
    private Ending<?>[] pending = new Ending<?>[64];
    private int size;
    private long added;
    private Lane.Timer timer;
    private long due;
    private long notBefore;

    /** @param lane where they pass */
    public Deadlines(Lane lane) {
        this.lane = lane;
        this.notBefore = lane.nanoTime();
    }

    void add(Ending<?> ending) {
        if (size == pending.length) {
            pending = Arrays.copyOf(pending, 2 * size);
        }
        pending[size] = ending;
        ending.isPending(size++, added++);
        setTimer(ending.deadline());
    }

    /** @param ending one that was added, and has not passed */
    void remove(Ending<?> ending) {
        Ending<?> last = pending[--size];
        pending[ending.place()] = last;
        last.isPending(ending.place(), last.order());
        pending[size] = null;
        ending.isPending(Ending.NOWHERE, 0);
    }

    private void setTimer(long earliest) {
        long at = earliest - notBefore < 0 ? notBefore : earliest;
        if (timer != null && at - due >= 0) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        due = at;
        timer = lane.schedule(Math.max(0, at - lane.nanoTime()), this::pass);
    }

    private void pass() {
        timer = null;
        long now = lane.nanoTime();
        notBefore = now + SLACK_NANOS;
        try {
            for (Ending<?> ending : passed(now)) {
                // One that passes may end others.
                if (ending.place() != Ending.NOWHERE) {
                    remove(ending);
                    ending.passed();
                }
            }
        } finally {
            setTimerForEarliest();
        }
    }

    private void setTimerForEarliest() {
        if (size > 0) {
            long earliest = pending[0].deadline();
            for (int i = 1; i < size; i++) {
                long each = pending[i].deadline();
                earliest = each - earliest < 0 ? each : earliest;
            }
            setTimer(earliest);
        }
    }

    private List<Ending<?>> passed(long now) {
        List<Ending<?>> passed = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (pending[i].deadline() - now <= 0) {
                passed.add(pending[i]);
            }
        }
        passed.sort(EARLIEST_FIRST);
        return passed;
    }
}
