package io.whorl.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.testkit.TestCluster;
import io.whorl.testkit.TestClusterBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Clusters that start and close, again and again, in one JVM. What the libraries below keep for the whole JVM by design (Netty's pool,
 * RocksDB's background threads) is there after the first ones, so everything is compared with the state after a few.
 */
@EnabledOnOs(OS.LINUX)
class LeakTest {
    private static final int IN_MEMORY = 200;
    private static final int ON_DISK = 30;
    private static final long MIB = 1 << 20;

    @Test
    void two_hundred_clusters_in_memory_leave_nothing_behind() throws IOException {
        leavesNothing(TestCluster.builder(3).partitions(16), IN_MEMORY, 20);
    }

    @Test
    void thirty_clusters_on_rocksdb_and_tcp_leave_nothing_behind() throws IOException {
        leavesNothing(TestCluster.builder(3).partitions(16).onRocksDb().overTcp(), ON_DISK, 6);
    }

    private static void leavesNothing(TestClusterBuilder builder, int clusters, int warmUp) throws IOException {
        // The JDK opens a socket of its own for good when it is first asked to read a file as this does.
        Footprint.now();
        for (int i = 0; i < warmUp; i++) {
            startUseAndClose(builder);
        }
        Footprint before = Footprint.now();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < clusters / 2; i++) {
            addresses.addAll(startUseAndClose(builder));
        }
        Footprint halfWay = Footprint.now();
        for (int i = clusters / 2; i < clusters; i++) {
            addresses.addAll(startUseAndClose(builder));
        }
        // Threads of the JVM's own and Netty's global one come and go by themselves.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Footprint.threadNames())
                        .allSatisfy((name, count) -> assertThat(count)
                                .as("threads named %s", name)
                                .isLessThanOrEqualTo(before.threads().getOrDefault(name, 0L))));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Footprint.openFiles())
                        .allSatisfy((file, count) -> assertThat(count)
                                .as("descriptors of %s", file)
                                .isLessThanOrEqualTo(before.files().getOrDefault(file, 0L))));
        Footprint after = Footprint.now();
        // Other processes have temporary files, too, which may have gone by now.
        assertThat(before.temporaryFiles()).containsAll(after.temporaryFiles());
        assertThat(after.nettyDirectBytes()).isLessThanOrEqualTo(halfWay.nettyDirectBytes() + 8 * MIB);
        assertThat(after.directBytes()).isLessThanOrEqualTo(before.directBytes() + MIB);
        assertThat(after.residentBytes() - halfWay.residentBytes())
                .as(
                        "growth of resident memory in the second half; it was %d MiB before the first",
                        before.residentBytes() / MIB)
                .isLessThan(48 * MIB);
        for (String address : addresses) {
            assertFree(address);
        }
    }

    /** One cluster's life; returns the addresses it had. */
    private static List<String> startUseAndClose(TestClusterBuilder builder) {
        List<String> addresses = new ArrayList<>();
        try (TestCluster cluster = builder.start()) {
            for (int i = 0; i < cluster.size(); i++) {
                addresses.add(cluster.node(i).address());
            }
            Bucket<String, String> carts = cluster.node(0).bucket("carts", Codec.utf8(), Codec.utf8());
            carts.put("alice", "book");
            assertThat(carts.async().get("alice").join()).contains("book");
        }
        return addresses;
    }

    private static void assertFree(String address) throws IOException {
        if (address.startsWith("127.0.0.1:")) {
            int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                assertThat(socket.getLocalPort()).isEqualTo(port);
            }
        }
    }
}
