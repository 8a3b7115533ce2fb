package io.whorl.testkit.simulation;

import java.util.List;
import java.util.Map;

/**
 * How a simulation ended.
 *
 * @param seed its seed
 * @param simulation how to run it again
 * @param options the cluster and the load, as drawn
 * @param violations what was found, oldest first
 * @param traceHash a hash of everything that happened; equal for equal seeds
 * @param simulatedNanos how much time passed in it
 * @param requests how many requests its clients made
 * @param acknowledged how many of them succeeded
 * @param excused how many acknowledged writes were lost with as many disks as it takes to excuse that
 * @param regularReads how many pairs of a read and a write promise P5 was checked for
 * @param excusedReads how many of them were wrong, excused because a copy of the write was lost
 * @param fired how often each class of faults that was on happened
 * @param probes how often rare things happened, by their names; what never did is not there
 * @param values what each key held at the end
 */
public record SimulationResult(
        long seed,
        Simulation simulation,
        String options,
        List<Violation> violations,
        long traceHash,
        long simulatedNanos,
        long requests,
        long acknowledged,
        long excused,
        long regularReads,
        long excusedReads,
        Map<FaultClass, Long> fired,
        Map<String, Long> probes,
        List<KeyValues> values) {

    /**
     * What a key held at the end.
     *
     * @param bucket the bucket's number, from 0 in the order of creation
     * @param key the key's number
     * @param values its siblings' values
     */
    public record KeyValues(int bucket, int key, List<byte[]> values) {}

    /**
     * Whether the run says anything: at least half of its requests were acknowledged and every class of faults that was switched
     * on happened.
     */
    public boolean counts() {
        return isMostlyAcknowledged() && fired.values().stream().allMatch(times -> times > 0);
    }

    /** Whether at least half of the requests were acknowledged. */
    boolean isMostlyAcknowledged() {
        return 2 * acknowledged >= requests;
    }

    /**
     * Fails if there was a violation, with all that is needed to look into it.
     *
     * @return this result
     * @throws AssertionError if there was a violation
     */
    public SimulationResult check() {
        if (!violations.isEmpty()) {
            throw new AssertionError(report());
        }
        return this;
    }

    /** A text about the violations, with the command that replays them. */
    public String report() {
        StringBuilder text = new StringBuilder("seed " + seed + ": " + violations.size() + " violations\n");
        violations.forEach(each -> text.append("  ").append(each).append('\n'));
        return text.append("  options: ")
                .append(options)
                .append("\n  faults: ")
                .append(fired)
                .append("\n  replay: ")
                .append(simulation.command())
                .toString();
    }
}
