package io.whorl.core.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetersTest {

    @Test
    void every_counter_is_counted_and_every_gauge_is_set_by_production_code() {
        List<String> sources = sources();
        assertThat(uncounted(sources, Counter.values(), "Counter"))
                .as("counters that read zero whatever happens, because nobody counts them")
                .isEmpty();
        assertThat(uncounted(sources, Gauge.values(), "Gauge"))
                .as("gauges that read zero whatever happens, because no lane sets them")
                .isEmpty();
    }

    @Test
    void this_test_would_notice() {
        assertThat(uncounted(List.of("meters.add(Counter.REFUSED_OVERLOADEDX);"), Counter.values(), "Counter"))
                .hasSize(Counter.values().length);
        assertThat(uncounted(List.of("meters.add(\n  Counter.REFUSED_OVERLOADED)"), Counter.values(), "Counter"))
                .doesNotContain("REFUSED_OVERLOADED");
    }

    @Test
    void names_are_those_of_the_constants_and_gauges_are_summed_over_lanes() {
        Meters meters = new Meters(2);
        meters.add(Counter.REFUSED_OVERLOADED);
        meters.add(Counter.REFUSED_OVERLOADED, 4);
        meters.lane(0).set(Gauge.REPLICAS, 3);
        meters.lane(1).set(Gauge.REPLICAS, 4);
        meters.lane(1).set(Gauge.REPLICAS, 5);
        assertThat(meters.counters()).containsEntry("refused_overloaded", 5L).hasSize(Counter.values().length);
        assertThat(meters.gauges()).containsEntry("replicas", 8L).hasSize(Gauge.values().length);
    }

    private static List<String> uncounted(List<String> sources, Enum<?>[] constants, String type) {
        return Arrays.stream(constants)
                .map(Enum::name)
                .filter(name -> {
                    Pattern use = Pattern.compile("\\b" + type + "\\." + name + "\\b");
                    return sources.stream()
                            .noneMatch(source -> use.matcher(source).find());
                })
                .toList();
    }

    private static List<String> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(MetersTest::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the sources", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
