package io.whorl.benchmarks.footprint;

import com.sun.management.OperatingSystemMXBean;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What three nodes on RocksDB and TCP in this JVM cost while nobody asks anything of them: the share of one core, by thread, after they
 * have had some keys in each bucket and at least ten seconds to come to rest, until the JVM compiles nothing any more.
 *
 * <p>Arguments: how many buckets, default 1; how many seconds, default 60. Threads are told by the system, so only on Linux.
 */
public final class Idling {
    private static final int KEYS = 20_000;
    private static final long REST_MILLIS = 10_000;
    private static final int MOST_RESTS = 6;
    private static final long COMPILING_MILLIS = 20;
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final double TICKS_PER_SECOND = 100;

    private Idling() {}

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        int buckets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (Members members = Members.start(3, true)) {
            for (int bucket = 0; bucket < buckets; bucket++) {
                String name = "bucket-" + bucket;
                members.node(0).createBucket(name, BucketOptions.defaults());
                var keys = members.node(bucket % 3).bucket(name, Codec.utf8(), Codec.utf8());
                for (int key = 0; key < KEYS / buckets; key++) {
                    keys.put("key-" + key, "value-" + key);
                }
            }
            rest();
            Map<String, Double> before = ticks();
            long cpu = system.getProcessCpuTime();
            long begun = System.nanoTime();
            Thread.sleep(seconds * 1_000L);
            double wall = System.nanoTime() - begun;
            System.out.printf(
                    Locale.ROOT,
                    "idle, 3 nodes, %d buckets of 256 partitions: %.2f %% of a core; heap %d MiB used, resident %d MiB%n",
                    buckets,
                    100 * (system.getProcessCpuTime() - cpu) / wall,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
                    resident() >> 20);
            List<Map.Entry<String, Double>> spent = new ArrayList<>();
            ticks().forEach((name, ticks) -> spent.add(Map.entry(name, ticks - before.getOrDefault(name, 0.0))));
            spent.sort(Comparator.comparingDouble(entry -> -entry.getValue()));
            spent.stream()
                    .limit(8)
                    .filter(entry -> entry.getValue() > 0)
                    .forEach(entry -> System.out.printf(
                            Locale.ROOT,
                            "    %-16s %.2f %%%n",
                            entry.getKey(),
                            100 * entry.getValue() / TICKS_PER_SECOND / (wall / 1e9)));
        }
    }

    /** Ten seconds, and more until the JVM has compiled nothing for so long, a minute at most. */
    private static void rest() throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long compiled = -1;
        for (int i = 0; i < MOST_RESTS && compiler.getTotalCompilationTime() - compiled > COMPILING_MILLIS; i++) {
            compiled = compiler.getTotalCompilationTime();
            Thread.sleep(REST_MILLIS);
        }
    }

    /** The clock ticks that each thread has run, by its name; those of one name together. */
    private static Map<String, Double> ticks() throws IOException {
        Map<String, Double> ticks = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                String stat = Files.readString(task.resolve("stat"));
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                // The fields after the name begin with the third; user and system time are the 14th and 15th.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                ticks.merge(name, Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]), Double::sum);
            }
        }
        return ticks;
    }

    private static long resident() throws IOException {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(pages[1]) * 4_096;
    }
}
