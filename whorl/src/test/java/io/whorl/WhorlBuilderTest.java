package io.whorl;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WhorlBuilderTest {

    static Stream<Arguments> wrong_options() {
        return Stream.of(
                wrong("clusterName", "two words", builder -> builder.clusterName("two words")),
                wrong("clusterName", "1 to 128", builder -> builder.clusterName("")),
                wrong("listen", "70000", builder -> builder.listen("127.0.0.1", 70_000)),
                wrong("listen", "bad host", builder -> builder.listen("bad host", 1)),
                wrong(
                        "listen",
                        "advertise",
                        builder -> builder.listen("0.0.0.0", 0).startAsync()),
                wrong("advertise", "1 to 65535", builder -> builder.advertise("shop-1", 0)),
                wrong(
                        "advertise",
                        "listen",
                        builder -> builder.advertise("shop-1", 7701).startAsync()),
                wrong("contactPoints", "no-port", builder -> builder.contactPoints("no-port")),
                wrong("contactPoints", "1 to 65535", builder -> builder.contactPoints("a:0")),
                wrong("contactPoints", "once", builder -> builder.contactPoints("a:1", "A:1")),
                wrong(
                        "contactPoints",
                        "listen",
                        builder -> builder.contactPoints("a:1").startAsync()),
                wrong("foundingNodes", "0", builder -> builder.foundingNodes(0)),
                wrong(
                        "foundingNodes",
                        "listen",
                        builder -> builder.foundingNodes(3).startAsync()),
                wrong("partitions", "100", builder -> builder.partitions(100)),
                wrong("partitions", "power of two", builder -> builder.partitions(1 << 17)),
                wrong("requestTimeout", "PT0S", builder -> builder.requestTimeout(Duration.ZERO)),
                wrong("requestTimeout", "PT1H", builder -> builder.requestTimeout(Duration.ofHours(2))),
                wrong("startTimeout", "PT-1S", builder -> builder.startTimeout(Duration.ofSeconds(-1))),
                wrong("maxValueSize", "8388608", builder -> builder.maxValueSize((8 << 20) + 1)),
                wrong("lanes", "power of two from 1 to 16", builder -> builder.lanes(0)),
                wrong("zone", "two words", builder -> builder.zone("two words")),
                wrong("weight", "1 to 1000", builder -> builder.weight(0)),
                wrong("movesAtOnce", "1 to 1000", builder -> builder.movesAtOnce(1_001)),
                wrong("excludeAfter", "PT1S", builder -> builder.excludeAfter(Duration.ofMillis(10))));
    }

    private static Arguments wrong(String option, String alsoNamed, Consumer<WhorlBuilder> use) {
        return Arguments.of(option, alsoNamed, use);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrong_options")
    void a_wrong_option_is_refused_with_its_name_and_what_was_expected(
            String option, String alsoNamed, Consumer<WhorlBuilder> use) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> use.accept(Whorl.builder()))
                .withMessageStartingWith(option)
                .withMessageContaining(alsoNamed);
    }

    @Test
    void null_is_refused_at_the_call() {
        assertThatNullPointerException().isThrownBy(() -> Whorl.builder().clusterName(null));
        assertThatNullPointerException().isThrownBy(() -> Whorl.builder().dataDirectory(null));
        assertThatNullPointerException().isThrownBy(() -> Whorl.builder().requestTimeout(null));
        assertThatNullPointerException().isThrownBy(() -> Whorl.builder().callbackExecutor(null));
    }
}
