package io.whorl.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CombiningLanesTest extends LaneContract {

    @Override
    LaneGroup open(int count, int capacity, Consumer<Throwable> failures) {
        return new CombiningLanes(count, Thread::new, capacity, failures);
    }

    @Test
    void a_caller_who_finds_the_lane_idle_runs_the_task_itself() {
        LaneGroup lanes = open(1, 10, failure -> {});
        try {
            Thread[] ranOn = new Thread[1];
            // The lane's own thread may have it for an instant, to look at its timers.
            for (int attempt = 0; attempt < 1_000 && ranOn[0] != Thread.currentThread(); attempt++) {
                lanes.data().get(0).execute(() -> ranOn[0] = Thread.currentThread());
            }
            assertThat(ranOn[0]).isSameAs(Thread.currentThread());
        } finally {
            lanes.close();
        }
    }
}
