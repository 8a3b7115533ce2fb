package io.whorl.testkit.simulation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which classes of faults a simulation makes; their rates are drawn from its seed. Immutable. */
public final class Faults {
    private static final String SWARM = "swarm";
    private static final String NONE = "none";
    /** What the swarm leaves out: nothing at present. */
    static final Set<FaultClass> NOT_IN_THE_SWARM = Set.copyOf(EnumSet.noneOf(FaultClass.class));

    private final boolean swarm;
    private final List<FaultClass> classes;

    private Faults(boolean swarm, Set<FaultClass> classes) {
        this.swarm = swarm;
        this.classes = List.copyOf(EnumSet.copyOf(classes));
    }

    /**
     * Each class with probability one half, drawn from the seed: some seeds are rough in every way and some in one way only,
     * which finds more than always the same mixture (Groce et al., Swarm Testing, ISSTA 2012).
     */
    public static Faults swarm() {
        return new Faults(true, EnumSet.noneOf(FaultClass.class));
    }

    /** No faults at all. */
    public static Faults none() {
        return of();
    }

    /** Exactly these classes. */
    public static Faults of(FaultClass... classes) {
        Set<FaultClass> set = EnumSet.noneOf(FaultClass.class);
        set.addAll(Arrays.asList(classes));
        return new Faults(false, set);
    }

    /**
     * Reads what {@link #toString} writes: {@code swarm}, {@code none}, or names of classes with commas between.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    public static Faults parse(String text) {
        String trimmed = text.trim();
        if (trimmed.equalsIgnoreCase(SWARM)) {
            return swarm();
        }
        if (trimmed.equalsIgnoreCase(NONE) || trimmed.isEmpty()) {
            return none();
        }
        return of(Arrays.stream(trimmed.split(","))
                .map(name -> FaultClass.valueOf(name.trim().toUpperCase(Locale.ROOT)))
                .toArray(FaultClass[]::new));
    }

    /** The classes that are on for this seed. */
    Set<FaultClass> drawn(Draws draws) {
        Set<FaultClass> on = EnumSet.noneOf(FaultClass.class);
        for (FaultClass each : FaultClass.values()) {
            boolean heads = draws.fork("switch-" + each).chance(0.5) && !NOT_IN_THE_SWARM.contains(each);
            if (swarm ? heads : classes.contains(each)) {
                on.add(each);
            }
        }
        return on;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Faults that && swarm == that.swarm && classes.equals(that.classes);
    }

    @Override
    public int hashCode() {
        return classes.stream().mapToInt(each -> 1 << each.ordinal()).sum() * 2 + (swarm ? 1 : 0);
    }

    @Override
    public String toString() {
        if (swarm) {
            return SWARM;
        }
        return classes.isEmpty() ? NONE : classes.stream().map(Enum::name).collect(Collectors.joining(","));
    }
}
