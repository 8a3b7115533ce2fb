package io.whorl.examples.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    @Test
    void a_node_that_was_killed_gets_everything_it_missed() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        boolean well = Recovery.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

        String output = printed.toString(StandardCharsets.UTF_8);
        List<String> lines = output.lines().map(String::strip).toList();
        assertThat(lines).contains("Read through the node that was away: 1100 accounts, 0 wrong");
        assertThat(well).isTrue();
        assertThat(lines).filteredOn(line -> line.contains("DEAD since")).hasSize(1);
        assertThat(lines).filteredOn(line -> line.contains(": this node")).hasSize(3);
        assertThat(number(output, "hints kept for it, on all nodes: ")).isPositive();
        assertThat(number(output, "hints_handed_over, on all nodes since each started: "))
                .isPositive();
    }

    private static long number(String output, String label) {
        var found = Pattern.compile(Pattern.quote(label) + "(\\d+)").matcher(output);
        assertThat(found.find()).as(label).isTrue();
        return Long.parseLong(found.group(1));
    }
}
