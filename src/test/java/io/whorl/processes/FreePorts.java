package io.whorl.processes;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Ports for nodes that have to come back at the same place. They lie below those that systems give to outgoing connections, which
 * could otherwise take a port while its node is down.
 */
final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int LAST = 30_000;

    private FreePorts() {}

    static int[] find(int count, SplittableRandom random) throws IOException {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < count) {
            int port = random.nextInt(FIRST, LAST);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(free.getLocalPort());
            } catch (BindException e) {
                continue; // taken by another process
            }
        }
        return ports.stream().mapToInt(Integer::intValue).toArray();
    }
}
