package io.whorl.examples.recovery;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.Liveness;
import io.whorl.api.NodeEvent;
import io.whorl.api.ReadOptions;
import io.whorl.api.Subscription;
import io.whorl.testkit.TestCluster;
import java.io.PrintStream;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Five nodes hold 1,000 accounts, three copies of each. One node is killed; meanwhile some accounts are changed, some deleted, some
 * opened. Fallbacks keep hints for the dead node; when it is back they hand them over, and anti-entropy brings the rest.
 */
public final class Recovery {
    private static final int ACCOUNTS = 1_000;
    private static final int CHANGED = 300;
    private static final int DELETED = 200;
    private static final int OPENED = 100;
    private static final int LOST = 2;
    private static final long PATIENCE_SECONDS = 60;

    private final PrintStream out;
    private final TestCluster cluster;

    private Recovery(PrintStream out, TestCluster cluster) {
        this.out = out;
        this.cluster = cluster;
    }

    /**
     * Runs it; the exit code is 0 if the node that was killed has everything in the end.
     *
     * @param arguments none
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(System.out) ? 0 : 1);
    }

    /** Runs it, and tells on the stream what happens; whether all was well in the end. */
    static boolean run(PrintStream out) throws InterruptedException {
        try (TestCluster cluster = TestCluster.start(5)) {
            return new Recovery(out, cluster).tell();
        }
    }

    private boolean tell() throws InterruptedException {
        Whorl node = cluster.node(0);
        Bucket<Long, String> accounts = node.bucket("accounts", Codec.int64(), Codec.utf8());
        for (long i = 0; i < ACCOUNTS; i++) {
            accounts.put(i, "balance 0");
        }
        cluster.awaitConvergence();
        section("Five nodes, " + ACCOUNTS + " accounts. The status of one of them");
        node.status().lines().forEach(this::line);

        kill(node);
        for (long i = 0; i < CHANGED; i++) {
            accounts.put(i, "balance 1");
        }
        for (long i = CHANGED; i < CHANGED + DELETED; i++) {
            accounts.delete(i);
        }
        for (long i = ACCOUNTS; i < ACCOUNTS + OPENED; i++) {
            accounts.put(i, "balance 2");
        }
        section("Killed. Meanwhile " + CHANGED + " accounts were changed, " + DELETED + " deleted, " + OPENED
                + " opened");
        node.status().lines().forEach(this::line);
        line("hints kept for it, on all nodes: " + hintsHeldFor(cluster.node(0), 1, 3, 4));

        bringBack(node);
        section("Back, and everything that it missed was brought to it");
        node.status().lines().forEach(this::line);
        counts("hints_handed_over", "hints_taken_over", "repair_entries", "repair_bytes", "streams_begun");
        return check();
    }

    /** Crashes the node, and waits until the others count it as dead. */
    private void kill(Whorl observer) throws InterruptedException {
        String id = cluster.node(LOST).nodeId();
        CountDownLatch dead = new CountDownLatch(1);
        try (Subscription subscription = observer.subscribe(event -> {
            if (event.equals(new NodeEvent.MemberDied(id))) {
                dead.countDown();
            }
        })) {
            cluster.crash(LOST);
            await(dead, "nobody noticed that " + id + " is dead, to " + subscription);
        }
    }

    /** Starts the node again with its disk, and waits until the others count it as alive and nothing is left to be told. */
    private void bringBack(Whorl observer) throws InterruptedException {
        cluster.restart(LOST);
        String id = cluster.node(LOST).nodeId();
        CountDownLatch alive = new CountDownLatch(1);
        try (Subscription subscription = observer.subscribe(event -> {
            if (event.equals(new NodeEvent.MemberReturned(id))) {
                alive.countDown();
            }
        })) {
            if (observer.status().member(id).orElseThrow().liveness() == Liveness.ALIVE) {
                alive.countDown();
            }
            await(alive, "nobody noticed that " + id + " is back, to " + subscription);
        }
        cluster.awaitConvergence();
    }

    private static void await(CountDownLatch latch, String otherwise) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(otherwise);
        }
    }

    private long hintsHeldFor(Whorl first, int... others) {
        String id = first.status().members().stream()
                .filter(member -> member.liveness() == Liveness.DEAD)
                .findFirst()
                .orElseThrow()
                .nodeId();
        return first.status().member(id).orElseThrow().hints().count()
                + IntStream.of(others)
                        .mapToLong(i -> cluster.node(i)
                                .status()
                                .member(id)
                                .orElseThrow()
                                .hints()
                                .count())
                        .sum();
    }

    private void counts(String... names) {
        TreeMap<String, Long> sums = new TreeMap<>();
        for (String name : names) {
            for (int i = 0; i < cluster.size(); i++) {
                long count = cluster.node(i).metrics().value("counter." + name).orElseThrow();
                sums.merge(name, count, Long::sum);
            }
        }
        sums.forEach((name, sum) -> line(name + ", on all nodes since each started: " + sum));
    }

    /** Reads every account through the node that was away, from all three holders: what it has not, the others do not have either. */
    private boolean check() {
        Bucket<Long, String> accounts = cluster.node(LOST)
                .bucket("accounts", Codec.int64(), Codec.utf8())
                .with(ReadOptions.quorum(3).strict());
        int wrong = 0;
        for (long i = 0; i < ACCOUNTS + OPENED; i++) {
            wrong += accounts.get(i).equals(expected(i)) ? 0 : 1;
        }
        section("Read through the node that was away: " + (ACCOUNTS + OPENED) + " accounts, " + wrong + " wrong");
        return wrong == 0;
    }

    private static Optional<String> expected(long account) {
        if (account < CHANGED) {
            return Optional.of("balance 1");
        } else if (account < CHANGED + DELETED) {
            return Optional.empty();
        }
        return Optional.of(account < ACCOUNTS ? "balance 0" : "balance 2");
    }

    private void section(String title) {
        out.println(title);
    }

    private void line(String text) {
        out.println("   " + text);
    }
}
