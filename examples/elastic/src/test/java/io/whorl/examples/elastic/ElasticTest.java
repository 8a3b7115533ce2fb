package io.whorl.examples.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElasticTest {
    private static final Scale SMALL = new Scale(2_000, 100, 16, 32, Duration.ofSeconds(1));

    @TempDir
    Path directory;

    @Test
    void a_cluster_grows_and_shrinks_and_every_row_stays_right() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        boolean well = Elastic.run(new PrintStream(printed, true, StandardCharsets.UTF_8), directory, SMALL);

        String output = printed.toString(StandardCharsets.UTF_8);
        assertThat(well).as(output).isTrue();
        assertThat(output)
                .contains(
                        "elastic: 2,000 rows verified through each of 4 nodes, 0 wrong; 0 stale reads, 0 requests failed");
    }
}
