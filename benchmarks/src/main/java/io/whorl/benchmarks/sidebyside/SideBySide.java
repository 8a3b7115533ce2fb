package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.report.MarkedPage;
import io.whorl.benchmarks.sidebyside.report.Report;
import io.whorl.benchmarks.sidebyside.report.Results;
import java.nio.file.Files;

/** Runs the suite; see {@code docs/performance.md} for its options. */
public final class SideBySide {
    private static final String PICTURE = "side-by-side.svg";

    private SideBySide() {}

    public static void main(String[] arguments) throws Exception {
        SuiteOptions options;
        try {
            options = SuiteOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Files.createDirectories(options.output());
        Results results = new Rounds(options).run();
        Report report = new Report(results);
        System.out.println(report.text());
        Files.writeString(options.output().resolve("report.md"), report.text());
        Files.writeString(options.output().resolve(PICTURE), report.picture());
        if (options.write()) {
            Files.writeString(options.docs().resolve(PICTURE), report.picture());
            new MarkedPage(options.docs().resolve("performance.md"), "side by side")
                    .write("![Requests per second](" + PICTURE + ")\n\n" + report.text());
        }
    }
}
