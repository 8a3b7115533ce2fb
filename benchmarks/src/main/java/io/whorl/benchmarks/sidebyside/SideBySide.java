package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.report.Report;
import io.whorl.benchmarks.sidebyside.report.Results;
import java.nio.file.Files;

/** Runs the suite; see {@code docs/performance.md} for its options. */
public final class SideBySide {
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
        String report = new Report(results).text();
        System.out.println(report);
        Files.writeString(options.output().resolve("report.md"), report);
    }
}
