package io.whorl.benchmarks.sidebyside.report;

import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Everything that a run of the suite measured. Not thread-safe. */
public final class Results {
    /** The head of the raw rounds. */
    public static final String RAW_HEAD = "engine,cell,round,"
            + Arrays.stream(Figure.values()).map(Figure::unit).collect(Collectors.joining(","));

    private final Map<String, String> descriptions = new LinkedHashMap<>();
    private final Map<String, List<Double>> starts = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Ended>> ends = new LinkedHashMap<>();
    /** By cell, engine and round. */
    private final Map<Cell, Map<String, Map<Integer, Figures>>> rounds = new LinkedHashMap<>();

    /**
     * An engine at its end.
     *
     * @param resident the memory of its process in bytes
     * @param files how long its files are, in bytes
     * @param remark what it said, or nothing
     */
    record Ended(long resident, long files, String remark) {}

    /** Notes an engine, in whose order they are reported. */
    public void describe(String engine, String description) {
        descriptions.put(engine, description);
    }

    /** Notes how long a start took. */
    public void started(String engine, double millis) {
        starts.computeIfAbsent(engine, name -> new ArrayList<>()).add(millis);
    }

    /** Notes one run of a cell. */
    public void add(String engine, Cell cell, int round, Figures figures) {
        rounds.computeIfAbsent(cell, name -> new LinkedHashMap<>())
                .computeIfAbsent(engine, name -> new TreeMap<>())
                .put(round, figures);
    }

    /** Notes what was left of an engine that had values of this length. */
    public void ended(String engine, int valueBytes, long resident, long files, String remark) {
        ends.computeIfAbsent(engine, name -> new TreeMap<>()).put(valueBytes, new Ended(resident, files, remark));
    }

    Map<String, String> descriptions() {
        return descriptions;
    }

    List<Cell> cells() {
        return List.copyOf(rounds.keySet());
    }

    OptionalDouble start(String engine) {
        return Statistics.median(starts.getOrDefault(engine, List.of()));
    }

    Optional<Ended> end(String engine, int valueBytes) {
        return Optional.ofNullable(ends.getOrDefault(engine, Map.of()).get(valueBytes));
    }

    /** The values of the rounds; empty where the engine did not do the cell. */
    List<Double> values(String engine, Cell cell, Figure figure) {
        return byRound(engine, cell).values().stream()
                .map(figures -> figures.get(figure))
                .toList();
    }

    /** The median over the rounds of one engine's value in parts of another's in the same round. */
    OptionalDouble ratio(String engine, Cell cell, String other, Cell otherCell, Figure figure) {
        Map<Integer, Figures> mine = byRound(engine, cell);
        Map<Integer, Figures> others = byRound(other, otherCell);
        List<Double> ratios = new ArrayList<>();
        mine.forEach((round, figures) -> {
            if (others.containsKey(round)) {
                ratios.add(figures.get(figure) / others.get(round).get(figure));
            }
        });
        return Statistics.median(ratios);
    }

    private Map<Integer, Figures> byRound(String engine, Cell cell) {
        return rounds.getOrDefault(cell, Map.of()).getOrDefault(engine, Map.of());
    }
}
