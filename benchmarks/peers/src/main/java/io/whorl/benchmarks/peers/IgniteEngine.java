package io.whorl.benchmarks.peers;

import io.whorl.benchmarks.sidebyside.engine.Completion;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.logger.java.JavaLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** Three nodes of Ignite with an atomic cache that every node has a copy of. */
final class IgniteEngine implements Engine {
    private static final int NODES = 3;
    private static final String HOST = "127.0.0.1";
    private static final String CACHE = "benchmark";
    private static final long REGION_BYTES = 512L << 20;
    /** Runs what follows a request on the thread that has completed it. */
    private static final Executor AT_ONCE = Runnable::run;

    private final List<Ignite> nodes = new ArrayList<>();
    private final List<IgniteCache<byte[], byte[]>> caches = new ArrayList<>();

    IgniteEngine(Path directory) throws IOException {
        System.setProperty("IGNITE_QUIET", "true");
        System.setProperty("IGNITE_NO_ASCII", "true");
        System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
        System.setProperty("IGNITE_NO_SHUTDOWN_HOOK", "true");
        List<Integer> ports = FreePorts.find(2 * NODES);
        for (int i = 0; i < NODES; i++) {
            nodes.add(Ignition.start(configuration(i, directory, ports)));
        }
        nodes.get(0).cluster().state(ClusterState.ACTIVE);
        nodes.get(0).createCache(cache());
        for (Ignite node : nodes) {
            caches.add(node.cache(CACHE));
        }
    }

    private static IgniteConfiguration configuration(int node, Path directory, List<Integer> ports) {
        String home = directory.resolve("node-" + node).toString();
        TcpDiscoverySpi discovery = new TcpDiscoverySpi();
        discovery.setLocalAddress(HOST).setLocalPort(ports.get(node)).setLocalPortRange(0);
        discovery.setIpFinder(new TcpDiscoveryVmIpFinder()
                .setAddresses(ports.subList(0, NODES).stream()
                        .map(port -> HOST + ":" + port)
                        .toList()));
        TcpCommunicationSpi communication = new TcpCommunicationSpi();
        communication
                .setLocalAddress(HOST)
                .setLocalPort(ports.get(NODES + node))
                .setLocalPortRange(0);
        return new IgniteConfiguration()
                .setIgniteInstanceName("node-" + node)
                .setConsistentId("node-" + node)
                .setWorkDirectory(home)
                .setIgniteHome(home)
                .setLocalHost(HOST)
                .setGridLogger(new JavaLogger())
                .setMetricsLogFrequency(0)
                .setPeerClassLoadingEnabled(false)
                .setClientConnectorConfiguration(null)
                .setConnectorConfiguration(null)
                .setDiscoverySpi(discovery)
                .setCommunicationSpi(communication)
                .setDataStorageConfiguration(new DataStorageConfiguration()
                        .setWalMode(WALMode.LOG_ONLY)
                        .setDefaultDataRegionConfiguration(new DataRegionConfiguration()
                                .setPersistenceEnabled(true)
                                .setInitialSize(REGION_BYTES)
                                .setMaxSize(REGION_BYTES)));
    }

    private static CacheConfiguration<byte[], byte[]> cache() {
        return new CacheConfiguration<byte[], byte[]>(CACHE)
                .setCacheMode(CacheMode.PARTITIONED)
                .setBackups(NODES - 1)
                .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setReadFromBackup(true);
    }

    private IgniteCache<byte[], byte[]> cache(int caller) {
        return caches.get(caller % caches.size());
    }

    @Override
    public void put(int caller, byte[] key, byte[] value) {
        cache(caller).put(key, value);
    }

    @Override
    public byte[] get(int caller, byte[] key) {
        return cache(caller).get(key);
    }

    @Override
    public void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        cache(caller).putAsync(key, value).listenAsync(future -> done.completed(null, failure(future)), AT_ONCE);
    }

    @Override
    public void getAsync(int caller, byte[] key, Completion done) {
        cache(caller)
                .getAsync(key)
                .listenAsync(
                        future -> {
                            Throwable failure = failure(future);
                            done.completed(failure == null ? future.get() : null, failure);
                        },
                        AT_ONCE);
    }

    private static Throwable failure(IgniteFuture<?> ended) {
        try {
            ended.get();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Override
    public void close() {
        nodes.forEach(Ignite::close);
    }
}
