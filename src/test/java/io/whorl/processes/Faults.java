package io.whorl.processes;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What befalls a {@link ProcessCluster} beside the kills: one fault at a time, drawn from a seed. */
final class Faults {
    private static final int NOBODY = -1;

    /** The classes of faults. */
    enum Kind {
        NONE,
        ONE_WAY,
        DEAF,
        SPLIT,
        SLOW,
        RESETS,
        PAUSE
    }

    private final ProcessCluster cluster;
    private final SplittableRandom random;
    private final Map<Kind, Integer> fired = new TreeMap<>();
    private int paused = NOBODY;

    Faults(ProcessCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    /** Begins the next fault; each class in turn, its nodes and measures at random. */
    void begin(int cycle, int victim) throws IOException, InterruptedException {
        Kind kind = Kind.values()[cycle % Kind.values().length];
        int one = otherThan(victim);
        int other = otherThan(one);
        fired.merge(kind, 1, Integer::sum);
        switch (kind) {
            case NONE -> {}
            case ONE_WAY -> cluster.proxy().link(one, other).cut();
            case DEAF -> forOthers(one, peer -> cluster.proxy().link(peer, one).cut());
            case SPLIT ->
                forOthers(one, peer -> {
                    cluster.proxy().link(peer, one).cut();
                    cluster.proxy().link(one, peer).cut();
                });
            case SLOW ->
                forOthers(
                        one, peer -> cluster.proxy().link(one, peer).delay(Duration.ofMillis(random.nextInt(20, 400))));
            case RESETS -> forOthers(one, peer -> cluster.proxy().reset(one, peer));
            case PAUSE -> {
                cluster.pause(one);
                paused = one;
            }
        }
    }

    /** Ends it. */
    void end() throws IOException, InterruptedException {
        cluster.proxy().heal();
        if (paused != NOBODY) {
            cluster.resume(paused);
            paused = NOBODY;
        }
    }

    /** How often each class was switched on. */
    Map<Kind, Integer> fired() {
        return fired;
    }

    private int otherThan(int node) {
        return (node + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
    }

    private interface OnPeer {
        void run(int peer);
    }

    private void forOthers(int node, OnPeer action) {
        for (int peer = 0; peer < cluster.size(); peer++) {
            if (peer != node) {
                action.run(peer);
            }
        }
    }
}
