package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestClusterVariantsTest {
    @RegisterExtension
    final TestCluster ofEachTest = TestCluster.of(1);

    @Test
    void an_extension_that_is_not_static_starts_with_its_test() {
        Bucket<String, String> bucket = ofEachTest.node(0).bucket("carts", Codec.utf8(), Codec.utf8());
        bucket.put("alice", "book");
        assertThat(bucket.get("alice")).contains("book");
    }

    @ParameterizedTest(name = "RocksDB {0}, TCP {1}")
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void data_survives_crash_stop_and_restart_on_every_storage_and_network(boolean rocksDb, boolean tcp) {
        TestClusterBuilder builder = TestCluster.builder(3).partitions(8).lanes(2);
        if (rocksDb) {
            builder.onRocksDb();
        }
        if (tcp) {
            builder.overTcp();
        }
        try (TestCluster cluster = builder.start()) {
            put(cluster, 0, "first");
            cluster.crash(1);
            put(cluster, 0, "second");
            cluster.restart(1);
            // A put without a context replaces only what its coordinator holds, so node 1 has to have caught up.
            cluster.awaitConvergence();
            cluster.stop(0);
            put(cluster, 1, "third");
            cluster.restart(0);
            cluster.awaitConvergence();
            for (int node = 0; node < 3; node++) {
                Bucket<String, String> bucket = cluster.node(node).bucket("carts", Codec.utf8(), Codec.utf8());
                for (int i = 0; i < 20; i++) {
                    assertThat(bucket.fetch("key-" + i).values()).containsExactly("third");
                }
            }
            cluster.reset();
            assertThat(cluster.node(2)
                            .bucket("carts", Codec.utf8(), Codec.utf8())
                            .get("key-1"))
                    .isEmpty();
        }
    }

    private static void put(TestCluster cluster, int node, String value) {
        Bucket<String, String> bucket = cluster.node(node).bucket("carts", Codec.utf8(), Codec.utf8());
        for (int i = 0; i < 20; i++) {
            bucket.put("key-" + i, value);
        }
    }

    @Test
    void links_over_tcp_cannot_be_cut() {
        try (TestCluster cluster = TestCluster.builder(2).overTcp().start()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> cluster.split(Set.of(0), Set.of(1)));
        }
    }

    @Test
    void says_so_when_it_is_not_running() {
        TestCluster cluster = TestCluster.start(1);
        cluster.close();
        cluster.close();
        assertThatIllegalStateException().isThrownBy(() -> cluster.node(0)).withMessageContaining("@RegisterExtension");
    }

    @Test
    void works_without_junit_on_the_class_path() throws Exception {
        List<URL> withoutJUnit = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("junit")) {
                withoutJUnit.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(withoutJUnit.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(TestCluster.class.getName());
            assertThat(type).isNotEqualTo(TestCluster.class);
            try (AutoCloseable cluster =
                    (AutoCloseable) type.getMethod("start", int.class).invoke(null, 1)) {
                assertThat(type.getMethod("size").invoke(cluster)).isEqualTo(1);
            }
        }
    }
}
