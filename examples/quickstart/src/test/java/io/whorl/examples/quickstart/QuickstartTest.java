package io.whorl.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
    @TempDir
    private Path directory;

    @Test
    void rows_survive_the_death_of_a_node() throws IOException, InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<Row> rows = Row.all().subList(0, 2_000);

        boolean perfect = Quickstart.run(new PrintStream(printed, true, StandardCharsets.UTF_8), directory, rows);

        String output = printed.toString(StandardCharsets.UTF_8);
        assertThat(output).contains("The third node was killed").contains("which is gone");
        assertThat(output.strip()).endsWith("quickstart: 2000 rows written, 2000 verified, 0 failures");
        assertThat(perfect).isTrue();
    }

    @Test
    void rows_are_the_characters_that_have_a_name_of_their_own() {
        List<Row> rows = Row.all();

        assertThat(rows).hasSizeGreaterThan(140_000).doesNotHaveDuplicates();
        assertThat(rows).contains(new Row("U+0041", "LATIN CAPITAL LETTER A"), new Row("U+1F600", "GRINNING FACE"));
        assertThat(rows)
                .noneMatch(row -> row.name() == null
                        || row.key().equals("U+E000")
                        || row.key().equals("U+D800"));
    }
}
