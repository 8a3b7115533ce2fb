package io.whorl.benchmarks.sidebyside.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WindowTest {
    @Test
    void hands_out_each_place_once() {
        Window window = new Window(16);
        Set<Place> places = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            places.add(window.take());
        }
        assertThat(places).hasSize(16);
    }

    @Test
    void places_that_come_back_on_other_threads_are_handed_out_again() throws Exception {
        Window window = new Window(64);
        ExecutorService others = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 100_000; i++) {
                Place place = window.take();
                place.begin(false, true);
                others.execute(() -> place.completed(null, null));
            }
            window.noMore();
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < window.size(); i++) {
                Place place = window.take();
                assertThat(place.nanosIfCounted()).isNotNegative();
                numbers.add(place.number());
            }
            assertThat(numbers).doesNotHaveDuplicates().hasSize(64);
        } finally {
            others.shutdown();
            assertThat(others.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
