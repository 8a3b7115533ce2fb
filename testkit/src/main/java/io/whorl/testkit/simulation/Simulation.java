package io.whorl.testkit.simulation;

import io.whorl.core.replica.PlantedBug;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A cluster in a bottle: production nodes over simulated time, network and disks. All that happens follows from the seed.
 *
 * <pre>{@code
 * Simulation.seed(42).nodes(5).workload(Workload.mixed()).faults(Faults.swarm()).run(Duration.ofMinutes(10)).check();
 * }</pre>
 *
 * <p>A run founds a cluster, lets clients work while faults happen, heals everything, waits until all has settled, for as long as
 * the configuration permits, checks every promise, stops all nodes, starts them again from their disks, and checks again.
 * Immutable; can be run any number of times, on any thread, several at a time.
 */
public final class Simulation {
    private static final Duration DEFAULT = Duration.ofMinutes(3);

    private final long seed;
    private final OptionalInt nodes;
    private final Optional<Workload> workload;
    private final Faults faults;
    private final Duration duration;
    private final Optional<PlantedBug> bug;

    private Simulation(
            long seed,
            OptionalInt nodes,
            Optional<Workload> workload,
            Faults faults,
            Duration duration,
            Optional<PlantedBug> bug) {
        this.seed = seed;
        this.nodes = nodes;
        this.workload = workload;
        this.faults = faults;
        this.duration = duration;
        this.bug = bug;
    }

    /** A simulation in which everything is drawn from the seed, with a mixed workload and a swarm of faults. */
    public static Simulation seed(long seed) {
        return new Simulation(seed, OptionalInt.empty(), Optional.empty(), Faults.swarm(), DEFAULT, Optional.empty());
    }

    /**
     * With so many nodes instead of a drawn number.
     *
     * @throws IllegalArgumentException unless there are 1 to 16
     */
    public Simulation nodes(int count) {
        if (count < 1 || count > 16) {
            throw new IllegalArgumentException("a simulation has 1 to 16 nodes, not " + count);
        }
        return new Simulation(seed, OptionalInt.of(count), workload, faults, duration, bug);
    }

    /** With clients that do this. */
    public Simulation workload(Workload other) {
        return new Simulation(seed, nodes, Optional.of(other), faults, duration, bug);
    }

    /** With these faults. */
    public Simulation faults(Faults other) {
        return new Simulation(seed, nodes, workload, Objects.requireNonNull(other, "faults"), duration, bug);
    }

    /** With a fault of the protocol planted in every node, to see that the checkers notice. */
    public Simulation plantedBug(PlantedBug planted) {
        return new Simulation(seed, nodes, workload, faults, duration, Optional.of(planted));
    }

    /**
     * With a phase of faults of this length.
     *
     * @throws IllegalArgumentException unless it is 1 second to 24 hours
     */
    public Simulation lasting(Duration length) {
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("a simulation lasts 1 second to 24 hours, not " + length);
        }
        return new Simulation(seed, nodes, workload, faults, length, bug);
    }

    /** Runs it with a phase of faults of this length, on the calling thread. */
    public SimulationResult run(Duration length) {
        return lasting(length).run();
    }

    /** Runs it, on the calling thread. */
    public SimulationResult run() {
        return new SimulationRun(this).run();
    }

    long seed() {
        return seed;
    }

    OptionalInt nodes() {
        return nodes;
    }

    /** What the clients do; empty: what is drawn. */
    Optional<Workload> workload() {
        return workload;
    }

    Faults faults() {
        return faults;
    }

    Duration duration() {
        return duration;
    }

    Optional<PlantedBug> plantedBug() {
        return bug;
    }

    /** The command that runs this again from the project's directory. */
    String command() {
        StringBuilder command = new StringBuilder("mvn -q -Psimulate -Dseed=" + seed);
        if (!duration.equals(DEFAULT)) {
            command.append(" -Dminutes=").append(duration.toMillis() / 60_000.0);
        }
        if (!faults.equals(Faults.swarm())) {
            command.append(" -Dfaults=").append(faults);
        }
        bug.ifPresent(planted -> command.append(" -Dbug=").append(planted));
        return command.toString();
    }
}
