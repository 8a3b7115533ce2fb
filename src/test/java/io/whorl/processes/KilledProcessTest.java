package io.whorl.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of one of three processes under a write load. How long the load lasts is the system property {@code
 * whorl.test.loadSeconds}, default 20.
 */
class KilledProcessTest {
    private static final int NODES = 3;
    private static final int STARTED_WITHIN = 60;

    private final List<NodeHandle> processes = new ArrayList<>(Arrays.asList(null, null, null));
    private final List<String> acknowledged = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (NodeHandle process : processes) {
            if (process != null) {
                process.kill();
            }
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void no_acknowledged_write_is_lost_when_one_of_three_processes_is_killed_and_returns() throws Exception {
        List<String> addresses = freeAddresses();
        for (int i = 0; i < NODES; i++) {
            start(i, addresses);
        }
        List<String> ids = new ArrayList<>();
        for (NodeHandle process : processes) {
            ids.add(process.expect("ready", STARTED_WITHIN));
        }
        for (int i = 0; i < NODES; i++) {
            processes.get(i).tell("load first-" + i + " 4");
        }
        Duration third = Duration.ofSeconds(Integer.getInteger("whorl.test.loadSeconds", 20))
                .dividedBy(3);
        loadFor(third, 0, 1, 2);

        processes.get(2).kill();
        acknowledged.addAll(processes.get(2).acknowledged());
        loadFor(third, 0, 1);
        assertThat(processes.get(2).acknowledged())
                .as("the killed process had written")
                .isNotEmpty();

        start(2, addresses);
        assertThat(processes.get(2).expect("ready", STARTED_WITHIN))
                .as("the node comes back under its id")
                .isEqualTo(ids.get(2));
        processes.get(2).tell("load second-2 4");
        loadFor(third, 0, 1, 2);
        for (NodeHandle process : processes) {
            process.tell("stop");
            process.expect("stopped", STARTED_WITHIN);
            acknowledged.addAll(process.acknowledged());
        }

        verifyOnEveryNode();
        awaitEqualDigests();
        System.out.printf(
                "kill -9 under load: %d writes acknowledged, none lost; %d unknown, %d refused%n",
                acknowledged.size(),
                processes.stream().mapToLong(NodeHandle::unknown).sum(),
                processes.stream().mapToLong(NodeHandle::refused).sum());
    }

    private void start(int index, List<String> addresses) throws IOException {
        processes.set(
                index,
                NodeHandle.start(
                        addresses.get(index), directory.resolve("node-" + index), String.join(",", addresses)));
    }

    private static List<String> freeAddresses() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            addresses.add("127.0.0.1:" + socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return addresses;
    }

    /** Lets the load run for a while, in which each of the nodes named must go on acknowledging. */
    private void loadFor(Duration time, int... writing) {
        long[] before = Arrays.stream(writing)
                .mapToLong(i -> processes.get(i).acknowledged().size())
                .toArray();
        long end = System.nanoTime() + time.toNanos();
        Awaitility.await().atMost(time.plusSeconds(60)).until(() -> {
            boolean all = true;
            for (int i = 0; i < writing.length; i++) {
                all &= processes.get(writing[i]).acknowledged().size() > before[i];
            }
            return all && System.nanoTime() - end >= 0;
        });
    }

    private void verifyOnEveryNode() throws IOException {
        Path keys = Files.write(directory.resolve("acknowledged"), acknowledged);
        for (NodeHandle process : processes) {
            process.tell("verify " + keys);
        }
        for (NodeHandle process : processes) {
            assertThat(process.expect("verified", 300)).startsWith("verified " + acknowledged.size() + " lost 0 ");
        }
    }

    private void awaitEqualDigests() {
        Awaitility.await("all nodes hold the same").atMost(60, TimeUnit.SECONDS).until(() -> {
            processes.forEach(process -> process.tell("digest"));
            return processes.stream()
                            .map(process -> process.expect("digest", 60))
                            .distinct()
                            .count()
                    == 1;
        });
    }
}
