package io.whorl.examples.elastic;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.ClusterPlan;
import io.whorl.api.Codec;
import io.whorl.api.Holder;
import io.whorl.api.NodeShare;
import io.whorl.api.Quorums;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Under a steady load a cluster grows from three nodes to six, loses one for ever, replaces it and shrinks to four; then every row is
 * read through every node that is left. RocksDB over loopback TCP. Reads and writes are strict, so that a read must see what was
 * acknowledged before.
 */
public final class Elastic {
    private static final String BUCKET = "rows";
    private static final String KILL = "the sixth is lost";
    private static final int COPIES = 3;

    private final PrintStream out;
    private final Scale scale;
    private final Fleet fleet;
    private final List<Phase> phases = new ArrayList<>();
    private Load load;
    private Ticker ticker;

    private Elastic(PrintStream out, Scale scale, Fleet fleet) {
        this.out = out;
        this.scale = scale;
        this.fleet = fleet;
    }

    /**
     * Runs it; the exit code is 0 if every row was as it must be, all the time and in the end, and nothing failed but for the moment in
     * which the node was killed.
     *
     * @param arguments none
     * @throws IOException if a process cannot be started, or the data not be deleted
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean well;
        try (TemporaryDirectory directory = TemporaryDirectory.create("whorl-elastic")) {
            well = run(System.out, directory.path(), Scale.DEFAULT);
        }
        System.exit(well ? 0 : 1);
    }

    /** Runs it with the nodes' data below the directory; whether all was well. */
    static boolean run(PrintStream out, Path directory, Scale scale) throws IOException, InterruptedException {
        try (Fleet fleet = new Fleet(directory, scale.partitions())) {
            return new Elastic(out, scale, fleet).run();
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private boolean run() throws IOException, InterruptedException {
        Whorl first = fleet.grow();
        first.createBucket(
                BUCKET,
                BucketOptions.builder().replicas(COPIES).quorums(Quorums.STRICT).build());
        Whorl second = fleet.grow();
        fleet.grow();
        fleet.awaitRest(3);
        load = new Load(new Rows(scale), scale.underWay(), List.of(bucket(first), bucket(second)));
        load.fill();
        out.printf(Locale.ROOT, "%,d rows in three nodes, three copies of each%n%n", scale.rows());
        load.start();
        ticker = new Ticker(out, fleet, load.tally());
        try {
            change();
        } finally {
            ticker.close();
            load.close();
        }
        return report();
    }

    private void change() throws IOException, InterruptedException {
        phase("undisturbed", 3, 0, () -> Thread.sleep(scale.undisturbed().toMillis()));
        phase("a fourth node joins", 4, least(planJoin()), fleet::grow);
        phase("a fifth node joins", 5, least(planJoin()), fleet::grow);
        phase("a sixth node joins", 6, least(planJoin()), fleet::growElsewhere);
        String[] lost = new String[1];
        phase(KILL, 6, 0, () -> {
            lost[0] = fleet.lose();
            fleet.awaitDeath(lost[0]);
        });
        long slots = fleet.first().planRemove(lost[0]).shares().stream()
                .filter(share -> share.nodeId().equals(lost[0]))
                .mapToLong(NodeShare::before)
                .sum();
        phase("a seventh replaces it", 6, slots, () -> fleet.replace(lost[0]));
        phase("the seventh leaves", 5, held(fleet.nodes().get(5)), () -> fleet.leave(7));
        phase("the fifth leaves", 4, held(fleet.nodes().get(4)), () -> fleet.leave(5));
    }

    /** Does something and waits until the cluster has so many members and is at rest again. */
    private void phase(String name, int members, long least, Step step) throws IOException, InterruptedException {
        ticker.phase(name);
        long began = System.nanoTime();
        long arrived = fleet.arrived();
        Tally.Counts before = load.tally().counts();
        step.run();
        fleet.awaitRest(members);
        phases.add(new Phase(
                name,
                (System.nanoTime() - began) / 1e9,
                load.tally().counts().since(before),
                fleet.arrived() - arrived,
                least));
    }

    private ClusterPlan planJoin() {
        return fleet.first().planJoin("", 1);
    }

    /** A joiner has to get its share: that is what nobody can do without. */
    private static long least(ClusterPlan plan) {
        return plan.shares().stream()
                .filter(share -> share.before() == 0)
                .mapToLong(NodeShare::after)
                .sum();
    }

    private static long held(Whorl node) {
        return node.planLeave().shares().stream()
                .filter(share -> share.nodeId().equals(node.nodeId()))
                .mapToLong(NodeShare::before)
                .sum();
    }

    private static AsyncBucket<String, String> bucket(Whorl node) {
        return node.bucket(BUCKET, Codec.utf8(), Codec.utf8()).async();
    }

    private boolean report() {
        Phase.print(out, phases);
        int wrong = 0;
        for (Whorl node : fleet.nodes()) {
            wrong += load.verify(bucket(node));
        }
        printShares();
        long failed = phases.stream()
                .filter(phase -> !phase.name().equals(KILL))
                .mapToLong(phase -> phase.counts().failed())
                .sum();
        long stale = phases.stream().mapToLong(phase -> phase.counts().wrong()).sum();
        if (load.firstFailure() != null) {
            out.println("The first failure: " + load.firstFailure());
        }
        out.printf(
                Locale.ROOT,
                "%nelastic: %,d rows verified through each of %d nodes, %d wrong; %d stale reads, %d requests failed beside the kill%n",
                scale.rows(),
                fleet.nodes().size(),
                wrong,
                stale,
                failed);
        return wrong == 0 && stale == 0 && failed == 0;
    }

    private void printShares() {
        Bucket<String, String> bucket = fleet.first().bucket(BUCKET, Codec.utf8(), Codec.utf8());
        Map<String, Integer> keys = new TreeMap<>();
        for (int row = 0; row < scale.rows(); row++) {
            for (Holder holder : bucket.holders(Rows.key(row))) {
                keys.merge(holder.nodeId(), 1, Integer::sum);
            }
        }
        double mean = COPIES * (double) scale.rows() / Math.max(1, keys.size());
        out.println();
        keys.forEach((node, count) -> out.printf(
                Locale.ROOT, "node %s holds %,d keys, %+.1f %% of its share%n", node, count, 100 * (count / mean - 1)));
    }
}
