package io.whorl.examples.elastic;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Quorums;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        phase("undisturbed", 3, () -> Thread.sleep(scale.undisturbed().toMillis()));
        phase("a fourth node joins", 4, fleet::grow);
        phase("a fifth node joins", 5, fleet::grow);
        phase("a sixth node joins", 6, fleet::growElsewhere);
        String[] lost = new String[1];
        phase(KILL, 6, () -> {
            lost[0] = fleet.lose();
            fleet.awaitDeath(lost[0]);
        });
        phase("a seventh replaces it", 6, () -> fleet.replace(lost[0]));
        phase("the seventh leaves", 5, () -> fleet.leave(7));
        phase("the fifth leaves", 4, () -> fleet.leave(5));
    }

    /** Does something and waits until the cluster has so many members and is at rest again. */
    private void phase(String name, int members, Step step) throws IOException, InterruptedException {
        ticker.phase(name);
        Holdings before = holdings();
        long began = System.nanoTime();
        Tally.Counts counted = load.tally().counts();
        step.run();
        fleet.awaitRest(members);
        double seconds = (System.nanoTime() - began) / 1e9;
        Tally.Counts counts = load.tally().counts().since(counted);
        Holdings after = holdings();
        phases.add(new Phase(name, seconds, counts, after.movedSince(before), after.leastSince(before)));
    }

    private Holdings holdings() {
        return Holdings.of(fleet.first().bucket(BUCKET, Codec.utf8(), Codec.utf8()), scale.rows());
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
        Map<String, Integer> rows = holdings().rowsOfNodes();
        double mean = COPIES * (double) scale.rows() / Math.max(1, rows.size());
        out.println();
        rows.forEach((node, count) -> out.printf(
                Locale.ROOT, "node %s holds %,d rows, %+.1f %% of its share%n", node, count, 100 * (count / mean - 1)));
    }
}
