package io.whorl.benchmarks.sidebyside.contender;

import io.whorl.api.Durability;
import io.whorl.benchmarks.sidebyside.engine.EngineKind;
import io.whorl.benchmarks.sidebyside.floor.FloorEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All kinds of engines that can be measured. */
public final class Engines {
    private static final String ALL = ".*";
    private static final String WAITING = ".*x\\d+";

    private static final List<EngineKind> OWN = List.of(
            EngineKind.of(
                    "whorl",
                    "three nodes on RocksDB and TCP, N=3, R=W=2, siblings, ASYNC",
                    ALL,
                    directory -> WhorlEngine.cluster(directory, Durability.ASYNC, 2)),
            EngineKind.of(
                    "whorl-r1",
                    "whorl, reading with R=1 from a node that has a copy",
                    "get.*",
                    directory -> WhorlEngine.cluster(directory, Durability.ASYNC, 1)),
            EngineKind.of(
                    "whorl-fsync",
                    "whorl, FSYNC",
                    "put.*x\\d+",
                    directory -> WhorlEngine.cluster(directory, Durability.FSYNC, 2)),
            EngineKind.of("whorl-single", "one node without a socket, N=1", "(put|get).*x16", WhorlEngine::single),
            EngineKind.of("whorl-memory", "whorl, in memory", "(put|get)100x16", directory -> WhorlEngine.inMemory()),
            EngineKind.of("rocks", "bare RocksDB JNI, one copy", WAITING, directory -> new RocksEngine(directory, 1)),
            EngineKind.of(
                    "rocks-sync",
                    "three bare RocksDB JNI engines in parallel, each syncing its log at every put",
                    "put.*x\\d+",
                    directory -> new RocksEngine(directory, 3)),
            EngineKind.of(
                    "floor",
                    "a bare quorum: RocksDB and Netty, N=3, R=W=2, no versions, one request at a time per caller",
                    ALL,
                    directory -> new FloorEngine(directory, false)),
            EngineKind.of(
                    "floor-batch",
                    "the same; callers queue, the loop stores and sends in batches",
                    ALL,
                    directory -> new FloorEngine(directory, true)),
            EngineKind.of("map", "ConcurrentHashMap: the cost of the harness", ALL, directory -> new MapEngine()));

    private Engines() {}

    /** The kinds that are here: the built-in ones, and those found as services. */
    public static List<EngineKind> present() {
        List<EngineKind> all = new ArrayList<>(OWN);
        ServiceLoader.load(EngineKind.class).forEach(all::add);
        return all;
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException if there is none, or if its library was left out
     */
    public static EngineKind named(String name) {
        return present().stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no engine " + name + " here, but "
                        + present().stream().map(EngineKind::name).toList()
                        + "; the peers' libraries are there with the profile \"benchmark\" only"));
    }
}
