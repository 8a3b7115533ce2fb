package io.whorl.benchmarks.sidebyside.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawsTest {
    private final Payload payload = new Payload(1_000, 10);
    private final Zipfian zipfian = new Zipfian(1_000, Zipfian.THETA, 1);

    private Draws draws(String cell, int caller) {
        Cell parsed = Cell.parse(cell);
        return new Draws(parsed, payload, zipfian, caller, parsed.parallel());
    }

    @Test
    void no_two_callers_overwrite_the_same_key() {
        Set<byte[]> first = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<byte[]> second = Collections.newSetFromMap(new IdentityHashMap<>());
        Draws one = draws("put10x2", 0);
        Draws other = draws("put10x2", 1);
        for (int i = 0; i < 20_000; i++) {
            first.add(one.keyToWrite());
            second.add(other.keyToWrite());
        }
        assertThat(first).hasSize(500);
        assertThat(second).hasSize(500).noneMatch(first::contains);
    }

    @Test
    void a_mix_reads_as_often_as_it_says() {
        assertThat(shareOfReads("put10x1")).isZero();
        assertThat(shareOfReads("get10x1")).isOne();
        assertThat(shareOfReads("a10x1")).isCloseTo(0.5, within(0.02));
        assertThat(shareOfReads("b10x1")).isCloseTo(0.95, within(0.02));
    }

    private double shareOfReads(String cell) {
        Draws draws = draws(cell, 0);
        int reads = 0;
        for (int i = 0; i < 50_000; i++) {
            reads += draws.nextIsRead() ? 1 : 0;
        }
        return reads / 50_000.0;
    }
}
