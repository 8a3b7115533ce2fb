package io.whorl.benchmarks;

import io.whorl.api.Bucket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * One put through three nodes, and through one alone, under each design of the lanes, in paired rounds that take turns, so that whatever else happens on the
 * machine happens to both. Prints the medians over the rounds, and the median of the pairs' ratios.
 *
 * <p>Arguments: seconds per round (default 2), pairs of rounds (default 9).
 */
public final class LaneDesignBenchmark {
    private static final int KEYS = 20_000;
    private static final int VALUE_BYTES = 100;
    private static final int[] CALLERS = {1, 16};

    private record Round(double perSecond, double p50Micros, double p99Micros) {}

    private LaneDesignBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        System.out.printf(
                Locale.ROOT,
                "Java %s, %d processors, %d pairs of %.1f s%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                pairs,
                seconds);
        compare(1, false, seconds, pairs);
        compare(3, false, seconds, pairs);
        compare(3, true, seconds, pairs);
    }

    private static void compare(int nodes, boolean onRocksDb, double seconds, int pairs) throws Exception {
        try (LocalNodes combining = new LocalNodes(LaneDesign.COMBINING, nodes, onRocksDb, 1);
                LocalNodes eventLoop = new LocalNodes(LaneDesign.EVENT_LOOP, nodes, onRocksDb, 1)) {
            Map<LaneDesign, Bucket<byte[], byte[]>> buckets = new EnumMap<>(LaneDesign.class);
            buckets.put(LaneDesign.COMBINING, combining.bucket(0));
            buckets.put(LaneDesign.EVENT_LOOP, eventLoop.bucket(0));
            for (int callers : CALLERS) {
                for (int warmUp = 0; warmUp < 2; warmUp++) {
                    for (LaneDesign design : LaneDesign.values()) {
                        round(buckets.get(design), callers, seconds);
                    }
                }
                Map<LaneDesign, List<Round>> rounds = new EnumMap<>(LaneDesign.class);
                for (LaneDesign design : LaneDesign.values()) {
                    rounds.put(design, new ArrayList<>());
                }
                for (int pair = 0; pair < pairs; pair++) {
                    List<LaneDesign> order = new ArrayList<>(List.of(LaneDesign.values()));
                    if (pair % 2 == 1) {
                        Collections.reverse(order);
                    }
                    for (LaneDesign design : order) {
                        rounds.get(design).add(round(buckets.get(design), callers, seconds));
                    }
                }
                report(nodes + " nodes, " + (onRocksDb ? "RocksDB" : "heap") + ", " + callers + " callers", rounds);
            }
        }
    }

    private static void report(String what, Map<LaneDesign, List<Round>> rounds) {
        for (LaneDesign design : LaneDesign.values()) {
            List<Round> mine = rounds.get(design);
            System.out.printf(
                    Locale.ROOT,
                    "%-29s %-10s %8.0f puts/s  p50 %7.1f us  p99 %8.1f us%n",
                    what,
                    design,
                    median(mine, Round::perSecond),
                    median(mine, Round::p50Micros),
                    median(mine, Round::p99Micros));
        }
        System.out.printf(
                Locale.ROOT,
                "%-29s combining / event loop, medians of pairs: puts/s %.2f, p50 %.2f, p99 %.2f%n",
                what,
                ratio(rounds, Round::perSecond),
                ratio(rounds, Round::p50Micros),
                ratio(rounds, Round::p99Micros));
    }

    private static double ratio(Map<LaneDesign, List<Round>> rounds, ToDoubleFunction<Round> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds.get(LaneDesign.COMBINING).size(); i++) {
            ratios.add(figure.applyAsDouble(rounds.get(LaneDesign.COMBINING).get(i))
                    / figure.applyAsDouble(rounds.get(LaneDesign.EVENT_LOOP).get(i)));
        }
        return median(ratios, Double::doubleValue);
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static Round round(Bucket<byte[], byte[]> bucket, int callers, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Histogram> histograms = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < callers; i++) {
            Histogram histogram = new Histogram(3);
            histograms.add(histogram);
            int seed = i;
            Thread thread = new Thread(() -> puts(bucket, new SplittableRandom(seed), histogram, end), "caller-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - begun) / 1e9;
        Histogram all = new Histogram(3);
        histograms.forEach(all::add);
        return new Round(
                all.getTotalCount() / took, all.getValueAtPercentile(50) / 1e3, all.getValueAtPercentile(99) / 1e3);
    }

    private static void puts(Bucket<byte[], byte[]> bucket, SplittableRandom random, Histogram histogram, long end) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        while (System.nanoTime() - end < 0) {
            byte[] key = ByteBuffer.allocate(Long.BYTES)
                    .putLong(random.nextInt(KEYS))
                    .array();
            long begun = System.nanoTime();
            bucket.put(key, value);
            histogram.recordValue(System.nanoTime() - begun);
        }
    }
}
