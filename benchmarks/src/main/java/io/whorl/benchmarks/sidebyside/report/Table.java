package io.whorl.benchmarks.sidebyside.report;

import java.util.List;

/** A table in Markdown below a heading. */
final class Table {
    private final StringBuilder text;

    Table(StringBuilder text, String title, List<String> head) {
        this.text = text;
        text.append("\n#### ").append(title).append("\n\n");
        row(head);
        text.append("|").append("---|".repeat(head.size())).append('\n');
    }

    void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
