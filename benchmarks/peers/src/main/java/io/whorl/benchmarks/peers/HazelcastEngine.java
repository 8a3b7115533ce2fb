package io.whorl.benchmarks.peers;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.whorl.benchmarks.sidebyside.engine.Completion;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Three members of Hazelcast. A put is {@code set}, which does not bring back what it replaces. */
final class HazelcastEngine implements Engine {
    private static final int MEMBERS = 3;
    private static final String HOST = "127.0.0.1";
    private static final String MAP = "benchmark";
    /** Runs what follows a request on the thread that has completed it; on two processors each would get a new thread otherwise. */
    private static final Executor AT_ONCE = Runnable::run;

    private final List<HazelcastInstance> members = new ArrayList<>();
    private final List<IMap<byte[], byte[]>> maps = new ArrayList<>();

    HazelcastEngine() throws IOException {
        List<Integer> ports = FreePorts.find(MEMBERS);
        for (int port : ports) {
            members.add(Hazelcast.newHazelcastInstance(config(port, ports)));
        }
        for (HazelcastInstance member : members) {
            maps.add(member.getMap(MAP));
        }
        if (members.get(0).getCluster().getMembers().size() != MEMBERS) {
            throw new IllegalStateException("the members of Hazelcast have not found each other");
        }
    }

    private static Config config(int port, List<Integer> ports) {
        Config config = new Config();
        config.setClusterName("benchmark-" + ports.get(0));
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "jdk");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(HOST);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        ports.forEach(other -> join.getTcpIpConfig().addMember(HOST + ":" + other));
        config.addMapConfig(new MapConfig(MAP)
                .setBackupCount(MEMBERS - 1)
                .setAsyncBackupCount(0)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setStatisticsEnabled(false));
        return config;
    }

    private IMap<byte[], byte[]> map(int caller) {
        return maps.get(caller % maps.size());
    }

    @Override
    public void put(int caller, byte[] key, byte[] value) {
        map(caller).set(key, value);
    }

    @Override
    public byte[] get(int caller, byte[] key) {
        return map(caller).get(key);
    }

    @Override
    public void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        map(caller)
                .setAsync(key, value)
                .whenCompleteAsync((nothing, failure) -> done.completed(null, failure), AT_ONCE);
    }

    @Override
    public void getAsync(int caller, byte[] key, Completion done) {
        map(caller).getAsync(key).whenCompleteAsync(done::completed, AT_ONCE);
    }

    @Override
    public void close() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }
}
