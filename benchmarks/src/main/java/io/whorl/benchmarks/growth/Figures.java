package io.whorl.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one row.
 *
 * @param putsPerSecond overwrites by all callers together
 * @param putMicros processor time of the whole JVM per put, in microseconds
 * @param getsPerSecond reads by all callers together
 * @param getMicros processor time of the whole JVM per get, in microseconds
 * @param failed how many of all these failed or were refused
 * @param heapMiB heap in use by all nodes after a collection
 * @param residentMiB resident memory of the JVM
 * @param diskMiB the files of all nodes
 * @param startMillis from nothing to the first put
 * @param restartMillis from closed nodes with their data to the first put
 * @param idlePercent processor time of all nodes while nothing is asked, in percent of one core
 */
record Figures(
        double putsPerSecond,
        double putMicros,
        double getsPerSecond,
        double getMicros,
        double failed,
        double heapMiB,
        double residentMiB,
        double diskMiB,
        double startMillis,
        double restartMillis,
        double idlePercent) {

    /** As words, for a line. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        for (double figure : all()) {
            words.add(String.format(Locale.ROOT, "%.2f", figure));
        }
        return words;
    }

    private double[] all() {
        return new double[] {
            putsPerSecond,
            putMicros,
            getsPerSecond,
            getMicros,
            failed,
            heapMiB,
            residentMiB,
            diskMiB,
            startMillis,
            restartMillis,
            idlePercent
        };
    }

    /** What {@link #words} were made of, to two digits. */
    static Figures parse(List<String> words) {
        double[] all = words.stream().mapToDouble(Double::parseDouble).toArray();
        return new Figures(all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9], all[10]);
    }
}
