package io.whorl.benchmarks.sidebyside.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedPageTest {
    @TempDir
    Path directory;

    @Test
    void replaces_what_is_between_the_markers_and_nothing_else() throws Exception {
        Path page = Files.writeString(
                directory.resolve("page.md"), "before\n<!-- it: begin -->\nold\n<!-- it: end -->\nafter\n");
        new MarkedPage(page, "it").write("new");
        new MarkedPage(page, "it").write("newer");
        assertThat(page).hasContent("before\n<!-- it: begin -->\n\nnewer\n\n<!-- it: end -->\nafter\n");
    }

    @Test
    void a_page_without_markers_is_left_alone() throws Exception {
        Path page = Files.writeString(directory.resolve("page.md"), "<!-- it: end -->\n<!-- it: begin -->\n");
        assertThatThrownBy(() -> new MarkedPage(page, "it").write("new")).hasMessageContaining("it: begin");
        assertThat(page).hasContent("<!-- it: end -->\n<!-- it: begin -->\n");
    }
}
