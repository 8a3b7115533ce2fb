package io.whorl.testkit.simulation;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What operators want of the cluster, and ask of one node after the other until a cluster state shows that it is so: an operator
 * does not take a time-out for an answer.
 */
final class Wishes {
    private static final long PATIENCE = 20 * Kernel.SECOND;
    private static final long PAUSE = 2 * Kernel.SECOND;

    private final Kernel kernel;
    private final Fleet fleet;
    private final Draws draws;
    private final List<Wish> open = new ArrayList<>();

    private final class Wish {
        final String name;
        final Supplier<Change> change;
        final Predicate<ClusterState> granted;
        final Runnable then;
        /** Those who know of it may be down, and an older state says nothing of what was wished later. */
        final long since = fleet.newest().map(ClusterState::epoch).orElse(0L);

        boolean asked;

        Wish(String name, Supplier<Change> change, Predicate<ClusterState> granted, Runnable then) {
            this.name = name;
            this.change = change;
            this.granted = granted;
            this.then = then;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    Wishes(Kernel kernel, Fleet fleet, Draws draws) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.draws = draws;
    }

    /**
     * Asks for a change some time from now.
     *
     * @param granted whether a state shows it
     * @param then what follows
     */
    void add(String name, long delay, Supplier<Change> change, Predicate<ClusterState> granted, Runnable then) {
        Wish wish = new Wish(name, change, granted, then);
        open.add(wish);
        kernel.after(delay, () -> pursue(wish));
    }

    /** What has not come true yet. */
    List<?> open() {
        return open;
    }

    private void pursue(Wish wish) {
        boolean granted = fleet.newest()
                .filter(state -> state.epoch() >= wish.since && wish.granted.test(state))
                .isPresent();
        if (granted) {
            open.remove(wish);
            wish.then.run();
            return;
        }
        List<SimulatedHost> ready = fleet.living().stream()
                .filter(host -> host.isReady() && kernel.now() >= host.pausedUntil())
                .toList();
        if (!ready.isEmpty()) {
            ask(draws.pick(ready), wish);
        }
        kernel.after(PAUSE + draws.exponential(PAUSE), () -> pursue(wish));
    }

    private void ask(SimulatedHost at, Wish wish) {
        if (wish.asked) {
            return;
        }
        wish.asked = true;
        kernel.after(PATIENCE, () -> wish.asked = false);
        at.node().change(wish.change.get(), PATIENCE, new Callback<>() {
            @Override
            public void succeeded(ClusterState made) {
                wish.asked = false;
            }

            @Override
            public void failed(Failure failure) {
                wish.asked = false;
            }
        });
    }
}
