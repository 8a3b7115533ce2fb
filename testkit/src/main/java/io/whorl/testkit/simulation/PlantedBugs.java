package io.whorl.testkit.simulation;

import io.whorl.core.replica.PlantedBug;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What is recorded of the planted bugs: who may catch each, a seed that does, and how many seeds hunts took. */
final class PlantedBugs {
    private static final String FILE = "planted-bugs.txt";
    private static final int FIELDS = 4;
    private static final String NONE = "-";

    /**
     * A line of the file.
     *
     * @param checkers who may notice the bug
     * @param seed the first of a few seeds with which it is noticed; empty if no hunt has caught it yet
     * @param hunts how many seeds each hunt took, in order
     */
    record Recorded(Set<Checker> checkers, OptionalLong seed, List<Integer> hunts) {
        /** How many seeds a hunt takes in the median. */
        int median() {
            return hunts.get(hunts.size() / 2);
        }
    }

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
            boolean caught = !fields[1].equals(NONE);
            OptionalLong seed = caught ? OptionalLong.of(Long.parseLong(fields[1])) : OptionalLong.empty();
            List<Integer> hunts = !caught
                    ? List.of()
                    : Arrays.stream(fields[3].split(","))
                            .map(Integer::valueOf)
                            .sorted()
                            .toList();
            all.put(PlantedBug.valueOf(fields[0]), new Recorded(checkers, seed, hunts));
        }
        return all;
    }

    /** A line for the end of a campaign. */
    static String text() {
        Map<PlantedBug, Recorded> all = recorded();
        StringBuilder medians = new StringBuilder();
        List<PlantedBug> never = new ArrayList<>();
        for (PlantedBug bug : PlantedBug.values()) {
            if (all.containsKey(bug) && all.get(bug).seed().isPresent()) {
                medians.append(medians.isEmpty() ? "" : ", ")
                        .append(bug)
                        .append(' ')
                        .append(all.get(bug).median());
            } else {
                never.add(bug);
            }
        }
        int caught = PlantedBug.values().length - never.size();
        return "planted bugs: " + caught + " of " + PlantedBug.values().length + " caught, seeds in the median: "
                + medians + (never.isEmpty() ? "" : "; not caught yet: " + never)
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
