package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTest {
    private final Kernel kernel = new Kernel(new Draws(1));
    private final List<String> happened = new ArrayList<>();

    private void note(String what) {
        happened.add(what + "@" + kernel.now());
    }

    @Test
    void things_happen_in_the_order_of_their_times_and_the_clock_goes_along() {
        kernel.after(30, () -> note("c"));
        kernel.after(10, () -> {
            note("a");
            kernel.after(10, () -> note("b"));
        });

        kernel.runUntil(100);

        assertThat(happened).containsExactly("a@10", "b@20", "c@30");
        assertThat(kernel.now()).isEqualTo(100);
    }

    @Test
    void what_is_due_at_one_instant_happens_in_an_order_drawn_from_the_seed() {
        assertThat(orderOfTen(1)).isEqualTo(orderOfTen(1)).isNotEqualTo(orderOfTen(2));
        assertThat(orderOfTen(1)).containsExactlyInAnyOrderElementsOf(orderOfTen(2));
    }

    private static List<Integer> orderOfTen(long seed) {
        Kernel kernel = new Kernel(new Draws(seed));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int mine = i;
            kernel.after(5, () -> order.add(mine));
        }
        kernel.runUntil(5);
        return order;
    }

    @Test
    void a_cause_is_handed_on_to_everything_that_follows() {
        List<Long> causes = new ArrayList<>();
        kernel.causedBy(
                7,
                () -> kernel.after(1, () -> {
                    causes.add(kernel.cause());
                    kernel.after(1, () -> causes.add(kernel.cause()));
                }));
        kernel.after(3, () -> causes.add(kernel.cause()));

        kernel.runUntil(10);

        assertThat(causes).containsExactly(7L, 7L, Kernel.NO_CAUSE);
    }

    @Test
    void waits_for_a_condition_no_longer_than_until_the_deadline() {
        kernel.after(10, () -> note("a"));
        kernel.after(50, () -> note("b"));

        assertThat(kernel.runUntil(() -> !happened.isEmpty(), 40)).isTrue();
        assertThat(kernel.now()).isEqualTo(10);
        assertThat(kernel.runUntil(() -> happened.size() == 2, 40)).isFalse();
        assertThat(kernel.now()).isEqualTo(40);
    }

    @Test
    void the_trace_tells_different_runs_apart() {
        Kernel other = new Kernel(new Draws(1));
        kernel.after(5, () -> {});
        other.after(6, () -> {});
        kernel.runUntil(10);
        other.runUntil(10);

        assertThat(kernel.trace().hash()).isNotEqualTo(other.trace().hash());
    }
}
