package io.whorl.benchmarks.overload;

import io.whorl.benchmarks.embedded.Members;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Three nodes in this JVM, on RocksDB and over loopback TCP, are offered half of what they can do, all of it, three times as much, and half
 * again. Prints what became of it, second by second, and whether what is demanded of an overloaded cluster is so.
 *
 * <p>Arguments: seconds per rate, default 60; how many of the nodes are asked, default all.
 */
public final class OverloadBenchmark {
    private static final int NODES = 3;
    private static final int[] UNDER_WAY = {64, 256, 1_024};
    private static final int PEAK_SECONDS = 4;

    private OverloadBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        Path directory = Files.createTempDirectory("whorl-overload");
        try (Members members = Members.start(Members.freeAddresses(NODES), directory, how -> how)) {
            run(members, seconds, arguments.length > 1 ? Integer.parseInt(arguments[1]) : NODES);
        } finally {
            delete(directory);
        }
    }

    private static void run(Members members, int seconds, int asked) {
        System.out.printf(
                Locale.ROOT,
                "Java %s, %d processors, heap up to %d MiB; the load is made by two threads of this JVM, on the same processors%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20);
        Load load = new Load(members.bucket("overload").subList(0, asked));
        load.fill();
        load.closed(UNDER_WAY[1], PEAK_SECONDS);
        double peak = 0;
        for (int underWay : UNDER_WAY) {
            double found = load.closed(underWay, PEAK_SECONDS);
            System.out.printf(Locale.ROOT, "closed loop, %4d under way: %.0f requests/s%n", underWay, found);
            peak = Math.max(peak, found);
        }
        Phase before = open(members, load, "0.5 x", 0.5 * peak, seconds);
        open(members, load, "1 x", peak, seconds);
        Phase over = open(members, load, "3 x", 3 * peak, seconds);
        Phase after = open(members, load, "0.5 x", 0.5 * peak, seconds);
        members.nodes().forEach(node -> System.out.println(node.metrics()));
        Verdict.of(
                        peak,
                        before,
                        over,
                        after,
                        load.samples().compare(members.bucket("overload").get(0)))
                .forEach(System.out::println);
    }

    private static Phase open(Members members, Load load, String name, double perSecond, int seconds) {
        Phase phase = new Phase(name, new Pace(System.nanoTime(), perSecond), seconds);
        Queues queues = new Queues(members.nodes());
        Thread watch = queues.watch(seconds);
        load.open(phase);
        watch.interrupt();
        print(phase, queues);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT, "heap in use after: %d MiB%n%n", runtime.totalMemory() - runtime.freeMemory() >> 20);
        return phase;
    }

    private static void print(Phase phase, Queues queues) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.0f requests/s offered%n%6s %9s %9s %9s %9s %7s | %8s %8s %8s | %8s %8s | %s%n",
                phase.name(),
                phase.pace().perSecond(),
                "second",
                "offered",
                "accepted",
                "refused",
                "timed out",
                "other",
                "p50 ms",
                "p99",
                "p99.9",
                "ref. p50",
                "p99",
                "callers + peers waiting, under way, let in of the limit");
        List<Integer> shown = new ArrayList<>();
        for (int second = 0; second < phase.seconds(); second++) {
            // Of a long phase the first seconds tell most.
            if (second < 10 || second % 5 == 0 || second == phase.seconds() - 1) {
                shown.add(second);
            }
        }
        shown.forEach(second -> print(String.valueOf(second), phase.second(second), queues.at(second)));
        print("all", phase.from(0), "most " + queues.most());
    }

    private static void print(String second, Ends ends, String queues) {
        System.out.printf(
                Locale.ROOT,
                "%6s %9d %9d %9d %9d %7d | %8.2f %8.2f %8.2f | %8.3f %8.3f | %s%n",
                second,
                ends.offeredCount(),
                ends.acceptedCount(),
                ends.refusedCount(),
                ends.timedOutCount(),
                ends.otherCount(),
                ends.acceptedMillis(50),
                ends.acceptedMillis(99),
                ends.acceptedMillis(99.9),
                ends.refusedMillis(50),
                ends.refusedMillis(99),
                queues);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
