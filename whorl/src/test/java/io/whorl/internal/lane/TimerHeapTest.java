package io.whorl.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    private static final Runnable NOTHING = () -> {};

    private record Timer(long due, TimerHeap.Entry entry) {}

    @Test
    void gives_timers_back_in_the_order_of_their_instants_whatever_is_added_and_removed() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TimerHeap heap = new TimerHeap();
            List<Timer> model = new ArrayList<>();
            long base = random.nextLong();
            for (int step = 0; step < 300; step++) {
                int choice = random.nextInt(10);
                if (choice < 6) {
                    long due = base + random.nextInt(1_000);
                    TimerHeap.Entry entry = new TimerHeap.Entry(due, NOTHING);
                    heap.add(entry);
                    model.add(new Timer(due, entry));
                } else if (choice < 9 && !model.isEmpty()) {
                    TimerHeap.Entry entry =
                            model.remove(random.nextInt(model.size())).entry();
                    heap.remove(entry);
                    heap.remove(entry);
                } else {
                    long now = base + random.nextInt(1_000);
                    TimerHeap.Entry first = heap.poll(now);
                    long earliest = model.stream()
                            .mapToLong(timer -> timer.due() - base)
                            .min()
                            .orElse(Long.MAX_VALUE);
                    assertThat(first != null).as("seed %d", seed).isEqualTo(earliest <= now - base);
                    if (first != null) {
                        Timer found = model.stream()
                                .filter(timer -> timer.entry() == first)
                                .findFirst()
                                .orElseThrow();
                        assertThat(found.due() - base).isEqualTo(earliest);
                        model.remove(found);
                    }
                }
                assertThat(heap.size()).isEqualTo(model.size());
            }
            model.sort(Comparator.comparingLong(timer -> timer.due() - base));
            for (Timer timer : model) {
                assertThat(heap.untilNext(base)).isEqualTo(timer.due() - base);
                assertThat(heap.poll(timer.due())).isNotNull();
            }
            assertThat(heap.poll(base + 1_000)).isNull();
        }
    }
}
