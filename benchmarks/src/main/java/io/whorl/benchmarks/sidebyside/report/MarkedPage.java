package io.whorl.benchmarks.sidebyside.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of which the part between two markers is written by a program. */
public final class MarkedPage {
    private final Path page;
    private final String begin;
    private final String end;

    /** The part of the page that {@code <!-- name: begin -->} and {@code <!-- name: end -->} enclose. */
    public MarkedPage(Path page, String name) {
        this.page = page;
        this.begin = "<!-- " + name + ": begin -->\n";
        this.end = "<!-- " + name + ": end -->";
    }

    /**
     * Replaces the part.
     *
     * @throws IllegalStateException if the page lacks the markers
     */
    public void write(String text) throws IOException {
        String whole = Files.readString(page);
        int from = whole.indexOf(begin);
        int to = whole.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException(
                    page + " has to have the lines " + begin.strip() + " and " + end + ", between which is written");
        }
        Files.writeString(
                page, whole.substring(0, from + begin.length()) + "\n" + text.strip() + "\n\n" + whole.substring(to));
    }
}
