package io.whorl.testkit.simulation;

import io.whorl.core.replica.PlantedBug;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What is recorded of the planted bugs: who may catch each, a seed that does, and how many seeds a hunt took in the median. */
final class PlantedBugs {
    private static final String FILE = "planted-bugs.txt";
    private static final int FIELDS = 4;
    private static final String NOT_MEASURED = "-";

    /**
     * A line of the file.
     *
     * @param checkers who may notice the bug
     * @param seed the first of a few seeds with which it is noticed
     * @param median how many seeds it took in the median of several hunts; empty if that was not measured
     */
    record Recorded(Set<Checker> checkers, long seed, OptionalInt median) {}

    private PlantedBugs() {}

    /** All lines, by bug. */
    static Map<PlantedBug, Recorded> recorded() {
        Map<PlantedBug, Recorded> all = new EnumMap<>(PlantedBug.class);
        for (String line : lines()) {
            String[] fields = line.split("\\s+");
            if (fields.length != FIELDS) {
                throw new IllegalStateException(FILE + " has a line without " + FIELDS + " fields: " + line);
            }
            Set<Checker> checkers = EnumSet.noneOf(Checker.class);
            Arrays.stream(fields[2].split(",")).map(Checker::valueOf).forEach(checkers::add);
            OptionalInt median =
                    fields[3].equals(NOT_MEASURED) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(fields[3]));
            all.put(PlantedBug.valueOf(fields[0]), new Recorded(checkers, Long.parseLong(fields[1]), median));
        }
        return all;
    }

    /** A line for the end of a campaign. */
    static String text() {
        Map<PlantedBug, Recorded> all = recorded();
        int[] medians = all.values().stream()
                .flatMapToInt(each -> each.median().stream())
                .sorted()
                .toArray();
        return "planted bugs: " + medians.length + " of " + PlantedBug.values().length + " caught"
                + (medians.length == 0
                        ? ""
                        : ", in the median of ten hunts by seed " + medians[0] + " to " + medians[medians.length - 1]
                                + ", half of them by seed " + medians[medians.length / 2])
                + " (as recorded; PlantedBugTest catches them anew)";
    }

    private static List<String> lines() {
        try (InputStream in = PlantedBugs.class.getResourceAsStream(FILE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
