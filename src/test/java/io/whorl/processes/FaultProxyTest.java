package io.whorl.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultProxyTest {
    private static final int A_WHILE_MILLIS = 200;
    private static final int LONG_MILLIS = 30_000;

    private ServerSocket server;
    private ServerSocket other;
    private FaultProxy proxy;

    /** Both ends of a connection that node 1 made to node 0, its greeting over. */
    private record Ends(Socket dialer, Socket accepted) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            dialer.close();
            accepted.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new FaultProxy(server.getLocalPort(), other.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
        other.close();
    }

    @Test
    void every_byte_passes_in_both_directions_in_order_and_then_the_end() throws Exception {
        byte[] there = random(1, 30_000_000);
        byte[] back = random(2, 30_000_000);
        try (Ends ends = connect()) {
            CompletableFuture<byte[]> arrivedThere = CompletableFuture.supplyAsync(() -> readToEnd(ends.accepted()));
            CompletableFuture<byte[]> arrivedBack = CompletableFuture.supplyAsync(() -> readToEnd(ends.dialer()));
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeAndEnd(ends.dialer(), there));
            writeAndEnd(ends.accepted(), back);
            writing.join();
            assertThat(arrivedThere.join()).isEqualTo(there);
            assertThat(arrivedBack.join()).isEqualTo(back);
        }
        Awaitility.await().until(() -> proxy.connections() == 0);
    }

    @Test
    void a_cut_holds_one_direction_back_and_the_healing_delivers_it() throws Exception {
        try (Ends ends = connect()) {
            proxy.link(1, 0).cut();
            byte[] held = random(3, 100_000);
            ends.dialer().getOutputStream().write(held);
            ends.accepted().getOutputStream().write(7);
            assertThat(ends.dialer().getInputStream().read()).isEqualTo(7);
            nothingArrives(ends.accepted());
            proxy.link(1, 0).heal();
            assertThat(ends.accepted().getInputStream().readNBytes(held.length)).isEqualTo(held);
        }
    }

    @Test
    void a_link_is_the_same_on_connections_that_the_other_side_made() throws Exception {
        try (Ends ends = connect()) {
            proxy.link(0, 1).cut();
            ends.accepted().getOutputStream().write(7);
            ends.dialer().getOutputStream().write(8);
            assertThat(ends.accepted().getInputStream().read()).isEqualTo(8);
            nothingArrives(ends.dialer());
            proxy.heal();
            assertThat(ends.dialer().getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void a_cut_holds_the_end_of_a_connection_back_too() throws Exception {
        try (Ends ends = connect()) {
            proxy.link(1, 0).cut();
            ends.dialer().close();
            nothingArrives(ends.accepted());
            proxy.heal();
            assertThat(ends.accepted().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_connection_made_while_the_link_is_cut_waits_for_the_healing() throws Exception {
        proxy.link(1, 0).cut();
        byte[] greeting = greeting(proxy.address(1));
        try (Socket dialer = dial(0)) {
            dialer.getOutputStream().write(greeting);
            server.setSoTimeout(A_WHILE_MILLIS);
            assertThatThrownBy(() -> server.accept()).isInstanceOf(SocketTimeoutException.class);
            proxy.heal();
            server.setSoTimeout(LONG_MILLIS);
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readNBytes(greeting.length))
                        .isEqualTo(greeting);
            }
        }
    }

    @Test
    void a_delayed_link_keeps_the_order_and_loses_nothing() throws Exception {
        try (Ends ends = connect()) {
            proxy.link(1, 0).delay(Duration.ofMillis(A_WHILE_MILLIS));
            byte[] sent = random(4, 2_000_000);
            long began = System.nanoTime();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeAndEnd(ends.dialer(), sent));
            assertThat(ends.accepted().getInputStream().readNBytes(1)).isEqualTo(new byte[] {sent[0]});
            assertThat(System.nanoTime() - began)
                    .as("held for that long at least, which no slow machine can shorten")
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(A_WHILE_MILLIS));
            byte[] rest = readToEnd(ends.accepted());
            writing.join();
            assertThat(rest.length).isEqualTo(sent.length - 1);
            assertThat(rest[rest.length - 1]).isEqualTo(sent[sent.length - 1]);
        }
    }

    @Test
    void a_reset_ends_both_halves_at_once() throws Exception {
        try (Ends ends = connect()) {
            proxy.reset(0, 1);
            assertThatThrownBy(() -> ends.dialer().getInputStream().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ends.accepted().getInputStream().read()).isInstanceOf(IOException.class);
        }
        Awaitility.await().until(() -> proxy.connections() == 0);
    }

    @Test
    void a_reset_of_one_half_is_handed_on() throws Exception {
        try (Ends ends = connect()) {
            ends.dialer().setSoLinger(true, 0);
            ends.dialer().close();
            assertThatThrownBy(() -> ends.accepted().getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_node_that_does_not_listen_refuses_and_is_reached_once_it_does() throws Exception {
        int port = server.getLocalPort();
        server.close();
        try (Socket dialer = dial(0)) {
            dialer.getOutputStream().write(greeting(proxy.address(1)));
            assertThatThrownBy(() -> dialer.getInputStream().read()).isInstanceOf(IOException.class);
        }
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        try (Ends ends = connect()) {
            ends.dialer().getOutputStream().write(5);
            assertThat(ends.accepted().getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void who_does_not_say_which_node_it_is_gets_no_connection() throws Exception {
        try (Socket stranger = dial(0)) {
            stranger.getOutputStream().write(greeting("127.0.0.1:1"));
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket noise = dial(0)) {
            noise.getOutputStream().write(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0});
            assertThat(noise.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(proxy.connections()).isZero();
    }

    private Ends connect() throws IOException {
        Socket dialer = dial(0);
        byte[] greeting = greeting(proxy.address(1));
        dialer.getOutputStream().write(greeting);
        server.setSoTimeout(LONG_MILLIS);
        Socket accepted = server.accept();
        accepted.setSoTimeout(LONG_MILLIS);
        assertThat(accepted.getInputStream().readNBytes(greeting.length)).isEqualTo(greeting);
        return new Ends(dialer, accepted);
    }

    private Socket dial(int node) throws IOException {
        String[] address = proxy.address(node).split(":");
        Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
        socket.setSoTimeout(LONG_MILLIS);
        return socket;
    }

    private static byte[] greeting(String advertised) throws IOException {
        byte[] body = Wire.Handshake.newBuilder()
                .setHello(Wire.Hello.newBuilder().setAddress(advertised))
                .build()
                .toByteArray();
        byte[] payload = new byte[body.length + 1];
        payload[0] = 1;
        System.arraycopy(body, 0, payload, 1, body.length);
        CRC32C checksum = new CRC32C();
        checksum.update(payload);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(frame);
        out.writeInt(payload.length);
        out.writeInt((int) checksum.getValue());
        out.write(payload);
        return frame.toByteArray();
    }

    private static void nothingArrives(Socket socket) throws IOException {
        socket.setSoTimeout(A_WHILE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LONG_MILLIS);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readToEnd(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeAndEnd(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
