package io.whorl.benchmarks.sidebyside.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Groups of horizontal bars as SVG: a group for each kind of work, in it a bar for each engine, each group with its own scale. */
final class BarChart {
    private static final int WIDTH = 860;
    private static final int LABELS = 130;
    private static final int NUMBERS = 90;
    private static final int BAR = 16;
    private static final int GAP = 4;
    private static final int TITLE = 30;
    private static final int MARGIN = 12;
    private static final String[] COLOURS = {
        "#1b6ca8", "#5fa8d3", "#9bc1bc", "#3a7d44", "#8cb369", "#f4a259", "#bc4b51", "#8d6a9f", "#6c757d", "#adb5bd"
    };

    private final StringBuilder body = new StringBuilder();
    private final List<String> engines;
    private int y = MARGIN;

    /** For these engines, whose colours are the same in every group. */
    BarChart(String title, List<String> engines) {
        this.engines = engines;
        y += BAR;
        text(MARGIN, y, "start", "bold", title);
        y += MARGIN;
    }

    /** Adds a group: one value for each engine, in their order, empty where there is none. */
    void group(String title, List<OptionalDouble> values) {
        y += TITLE;
        text(MARGIN, y, "start", "bold", title);
        y += GAP;
        double largest = values.stream()
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .max()
                .orElse(1);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).isPresent()) {
                bar(i, values.get(i), largest);
            }
        }
    }

    private void bar(int engine, OptionalDouble value, double largest) {
        double width = Math.max(1, (WIDTH - LABELS - NUMBERS - 2 * MARGIN) * value.getAsDouble() / largest);
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                MARGIN + LABELS,
                y,
                width,
                BAR,
                COLOURS[engine % COLOURS.length]));
        int baseline = y + BAR - GAP;
        text(MARGIN + LABELS - GAP, baseline, "end", "normal", engines.get(engine));
        text((int) (MARGIN + LABELS + width + GAP), baseline, "start", "normal", Numbers.shown(value));
        y += BAR + GAP;
    }

    private void text(int x, int baseline, String anchor, String weight, String words) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
                x,
                baseline,
                anchor,
                weight,
                words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
    }

    /** The picture. */
    String svg() {
        int height = y + MARGIN;
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                                + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">%n"
                                + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#fff\"/>%n",
                        WIDTH,
                        height)
                + body
                + "</svg>\n";
    }
}
