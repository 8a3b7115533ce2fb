package io.whorl.benchmarks.sidebyside.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.benchmarks.sidebyside.contender.MapEngine;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BenchTest {
    private final MapEngine engine = new MapEngine();
    private final Payload payload = new Payload(1_000, 10);
    private final Bench bench = new Bench(engine, payload);

    @ParameterizedTest
    @ValueSource(strings = {"put10x1", "get10x3", "a10x2", "b10async64", "put10async3"})
    void measures_every_kind_of_work(String cell) throws Exception {
        bench.load();
        Figures figures = bench.run(Cell.parse(cell), 0, 0.05);
        assertThat(figures.get(Figure.THROUGHPUT)).isPositive();
        assertThat(figures.get(Figure.P999)).isGreaterThanOrEqualTo(figures.get(Figure.P50));
    }

    @Test
    void figures_survive_being_written() throws Exception {
        bench.load();
        Figures figures = bench.run(Cell.parse("get10x1"), 0, 0.02);
        assertThat(Figures.parse(figures.line()).line()).isEqualTo(figures.line());
    }

    @Test
    void loads_every_key() throws Exception {
        bench.load();
        for (int i = 0; i < payload.count(); i++) {
            assertThat(engine.get(0, payload.key(i))).hasSize(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get10x2", "get10async8"})
    void a_get_that_finds_nothing_fails_the_run(String cell) {
        assertThatThrownBy(() -> bench.run(Cell.parse(cell), 0, 0.05))
                .rootCause()
                .hasMessageContaining("found nothing");
    }
}
