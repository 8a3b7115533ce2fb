package io.whorl.benchmarks.overload;

import java.util.ArrayList;
import java.util.List;

/** What became of the requests of one rate, second by second: what was offered by when it was due, its ends by when they came. */
final class Phase {
    private final String name;
    private final Pace pace;
    private final List<Ends> seconds = new ArrayList<>();

    /** @param seconds how long requests are due; ends of later seconds count with the last */
    Phase(String name, Pace pace, int seconds) {
        this.name = name;
        this.pace = pace;
        for (int i = 0; i < seconds; i++) {
            this.seconds.add(new Ends());
        }
    }

    String name() {
        return name;
    }

    Pace pace() {
        return pace;
    }

    int seconds() {
        return seconds.size();
    }

    /** Of the second in which an instant lies. */
    Ends at(long nanos) {
        return second(Math.max(0, Math.min(seconds.size() - 1, pace.second(nanos))));
    }

    /** Of a second, counted from 0. */
    Ends second(int index) {
        return seconds.get(index);
    }

    /** From a second on, until the last. */
    Ends from(int second) {
        Ends all = new Ends();
        seconds.subList(Math.min(second, seconds.size()), seconds.size()).forEach(all::add);
        return all;
    }

    /** How many requests succeeded in a second, on average. */
    double acceptedPerSecond() {
        return (double) from(0).acceptedCount() / seconds.size();
    }
}
