package io.whorl.benchmarks.embedded;

import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Nodes in this JVM, on RocksDB and over loopback TCP, that found a cluster together or come back to theirs. */
public final class Members implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final List<Whorl> nodes = new ArrayList<>();

    private Members() {}

    /** So many addresses on this machine that are free now. */
    public static List<String> freeAddresses(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<String> addresses = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                // All are held at once, so that they differ.
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                held.add(socket);
                addresses.add(HOST + ":" + socket.getLocalPort());
            }
            return addresses;
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + HOST, e);
        } finally {
            held.forEach(Members::release);
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts one node at each address, and waits until all of them serve.
     *
     * @param directory below which each keeps its data
     * @param how sets what is to be unlike the defaults
     */
    public static Members start(List<String> addresses, Path directory, UnaryOperator<WhorlBuilder> how) {
        Members members = new Members();
        try {
            for (int i = 0; i < addresses.size(); i++) {
                String address = addresses.get(i);
                WhorlBuilder builder = Whorl.builder()
                        .clusterName("benchmark")
                        .listen(HOST, Integer.parseInt(address.substring(address.indexOf(':') + 1)))
                        .contactPoints(addresses.toArray(String[]::new))
                        .dataDirectory(directory.resolve("node-" + i));
                members.nodes.add(how.apply(builder).startAsync());
            }
            members.nodes.forEach(node -> node.ready().toCompletableFuture().join());
            return members;
        } catch (RuntimeException e) {
            members.close();
            throw e;
        }
    }

    /** The nodes, in the order of their addresses. */
    public List<Whorl> nodes() {
        return List.copyOf(nodes);
    }

    /** A bucket, as each node gives it. */
    public List<Bucket<byte[], byte[]>> bucket(String name) {
        List<Bucket<byte[], byte[]>> handles = new ArrayList<>();
        for (Whorl node : nodes) {
            handles.add(node.bucket(name, Codec.bytes(), Codec.bytes()));
        }
        return handles;
    }

    @Override
    public void close() {
        nodes.forEach(Whorl::close);
    }
}
