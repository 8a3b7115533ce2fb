package io.whorl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.Whorl;
import io.whorl.api.MemberStatus;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeStatus;
import io.whorl.api.RequestResult;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/operations.md names everything that a node tells of itself, and nothing that it does not. */
class OperationsTest {
    private static final String DOCUMENT = Repository.read("docs/operations.md");

    private static List<String> lacking(List<String> names) {
        return names.stream()
                .filter(name -> !DOCUMENT.contains("`" + name + "`"))
                .toList();
    }

    @Test
    void every_metric_is_explained() {
        List<String> counters = new ArrayList<>();
        List<String> gauges = new ArrayList<>();
        try (Whorl node = Whorl.builder().start()) {
            node.metrics().counters().keySet().forEach(counters::add);
            node.metrics().gauges().keySet().forEach(name -> gauges.add(name.replaceFirst("lane_\\d+_", "lane_N_")));
        }
        assertThat(lacking(counters)).as("counters").isEmpty();
        assertThat(lacking(gauges)).as("gauges").isEmpty();
        assertThat(lacking(Arrays.stream(RequestResult.values())
                        .map(RequestResult::label)
                        .toList()))
                .as("results of requests")
                .isEmpty();
        TreeSet<String> known = new TreeSet<>(counters);
        known.addAll(gauges);
        assertThat(firstColumn("### Gauges"))
                .as("gauges that no node has")
                .isNotEmpty()
                .isSubsetOf(known);
        assertThat(firstColumn("### Counters"))
                .as("counters that no node has")
                .isNotEmpty()
                .isSubsetOf(known);
    }

    /** What stands in code type in the first column of the table below this heading. */
    private static List<String> firstColumn(String heading) {
        String section = DOCUMENT.split(Pattern.quote(heading + "\n"))[1].split("\n##")[0];
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell -> Pattern.compile("`(\\w+)`").matcher(cell).results())
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void every_part_of_a_status_is_explained() {
        assertThat(lacking(components(NodeStatus.class))).isEmpty();
        assertThat(lacking(components(MemberStatus.class))).isEmpty();
    }

    private static List<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    @Test
    void every_event_is_explained() {
        assertThat(lacking(Arrays.stream(NodeEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList()))
                .isEmpty();
    }

    @Test
    void lines_of_the_log_that_are_quoted_exist() {
        String sources = Repository.javaSources().stream()
                .filter(file -> file.toString().replace('\\', '/').contains("src/main/java/"))
                .map(Repository::read)
                .reduce("", String::concat)
                // Sentences are written over several lines.
                .replaceAll("\"\\s*\\+\\s*\"", "");
        String section = DOCUMENT.split("\n## The log\n")[1].split("\n## ")[0];
        List<String> quoted = section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(quoted)
                .hasSizeGreaterThan(15)
                .allSatisfy(text -> assertThat(sources).contains(text));
    }
}
