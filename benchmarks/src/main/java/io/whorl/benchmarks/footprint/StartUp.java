package io.whorl.benchmarks.footprint;

import io.whorl.Whorl;
import io.whorl.api.Codec;
import io.whorl.testkit.TestCluster;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How long it takes from nothing to the first put that three nodes have acknowledged, in this JVM's first cluster and in later ones.
 *
 * <p>Arguments: {@code rocksdb}, {@code tcp} or {@code memory}, and how many clusters, default 15.
 */
public final class StartUp {
    private static final int CLUSTERS = 15;

    private StartUp() {}

    private interface Way {
        /** Starts a cluster, puts, and returns when that was done, in nanoseconds. */
        long firstPut() throws Exception;
    }

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        String way = arguments[0];
        int clusters = arguments.length > 1 ? Integer.parseInt(arguments[1]) : CLUSTERS;
        long jvm = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        double first = millis(way);
        List<Double> later = new ArrayList<>();
        for (int i = 1; i < clusters; i++) {
            later.add(millis(way));
        }
        Collections.sort(later);
        System.out.printf(
                Locale.ROOT,
                "start-up, %s: first put after %.0f ms in a new JVM (%d ms old before), later %.0f ms (%.0f to %.0f, of %d)%n",
                way,
                first,
                jvm,
                later.get(later.size() / 2),
                later.get(0),
                later.get(later.size() - 1),
                later.size());
    }

    private static double millis(String way) throws Exception {
        Way chosen = switch (way) {
            case "rocksdb" -> () -> overTcp(true);
            case "tcp" -> () -> overTcp(false);
            case "memory" -> StartUp::inMemory;
            default -> throw new IllegalArgumentException(way + "; expected rocksdb, tcp or memory");
        };
        long begun = System.nanoTime();
        return (chosen.firstPut() - begun) / 1e6;
    }

    private static long overTcp(boolean onDisk) throws Exception {
        try (Members members = Members.start(3, onDisk)) {
            return put(members.node(0));
        }
    }

    private static long inMemory() {
        try (TestCluster cluster = TestCluster.builder(3).start()) {
            return put(cluster.node(0));
        }
    }

    private static long put(Whorl node) {
        node.bucket("carts", Codec.utf8(), Codec.utf8()).put("alice", "book");
        return System.nanoTime();
    }
}
