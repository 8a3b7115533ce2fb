package io.whorl.examples.quickstart;

import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** The addresses of the three nodes, which each of them is given: the first one listed founds the cluster. */
record Contacts(List<String> addresses) {
    private static final String HOST = "127.0.0.1";

    Contacts(String... addresses) {
        this(List.of(addresses));
    }

    /** Three addresses on this machine that are free now. */
    static Contacts onFreePorts() {
        // All three are held at once, so that they differ.
        try (ServerSocket first = freeSocket();
                ServerSocket second = freeSocket();
                ServerSocket third = freeSocket()) {
            return new Contacts(address(first), address(second), address(third));
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + HOST, e);
        }
    }

    private static ServerSocket freeSocket() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName(HOST));
    }

    private static String address(ServerSocket socket) {
        return HOST + ":" + socket.getLocalPort();
    }

    /** A builder for one of the nodes, counted from 0, that keeps its data below the directory. */
    WhorlBuilder builder(int node, Path directory) {
        String address = addresses.get(node);
        return Whorl.builder()
                .clusterName("quickstart")
                .listen(HOST, Integer.parseInt(address.substring(address.indexOf(':') + 1)))
                .contactPoints(addresses.toArray(String[]::new))
                .dataDirectory(directory.resolve("node-" + (node + 1)));
    }
}
