package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.message.Message;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.Transport.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A node that does nothing but write down what its transport tells it, in order. */
public final class RecordingNode implements Transport.Sink, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Transport transport;
    private final String clusterName;
    private final NodeId id;
    private final long run;
    private final List<String> links = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<NodeId> senders = new ArrayList<>();
    private volatile Consumer<Envelope> onMessage = envelope -> {};

    public RecordingNode(Transport transport, String clusterName, long id, long run) {
        this.transport = transport;
        this.clusterName = clusterName;
        this.id = new NodeId(id);
        this.run = run;
    }

    public RecordingNode start() {
        transport.start(this);
        return this;
    }

    public Transport transport() {
        return transport;
    }

    public NodeId id() {
        return id;
    }

    public Address address() {
        return transport.address();
    }

    /** Does something more with what arrives, on the transport's thread. */
    public void onMessage(Consumer<Envelope> action) {
        onMessage = action;
    }

    public RecordingNode learn(RecordingNode other) {
        transport.learn(other.id, other.address());
        return this;
    }

    public SendResult send(RecordingNode to, Message message) {
        return transport.send(to.id, new Envelope(0, 0, message));
    }

    /** Sends, waiting for the connection if necessary. */
    public void sendWhenUp(RecordingNode to, Message message) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> send(to, message) == SendResult.SENT);
    }

    /** "up node run" and "down node run", in the order in which they were told. */
    public synchronized List<String> links() {
        return List.copyOf(links);
    }

    public synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    public synchronized List<NodeId> senders() {
        return List.copyOf(senders);
    }

    public void awaitLinks(String... expected) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(links()).containsExactly(expected));
    }

    public void awaitUp(RecordingNode other) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    List<String> now = links();
                    return now.lastIndexOf(other.asUp()) > now.lastIndexOf(other.asDown());
                });
    }

    public void awaitDown(RecordingNode other) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    List<String> now = links();
                    return now.lastIndexOf(other.asDown()) > now.lastIndexOf(other.asUp());
                });
    }

    public void awaitMessages(int count) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> messages().size() >= count);
    }

    public String asUp() {
        return "up " + id + " " + run;
    }

    public String asDown() {
        return "down " + id + " " + run;
    }

    @Override
    public Hello hello() {
        return new Hello(clusterName, Optional.of(new ClusterId(1)), id, run, 0, transport.address());
    }

    @Override
    public Optional<String> refusal(Hello peer) {
        return hello().refusal(peer);
    }

    @Override
    public synchronized void connected(NodeId peer, long peerRun) {
        links.add("up " + peer + " " + peerRun);
    }

    @Override
    public synchronized void disconnected(NodeId peer, long peerRun) {
        links.add("down " + peer + " " + peerRun);
    }

    @Override
    public void received(NodeId from, long fromRun, Envelope envelope) {
        onMessage.accept(envelope);
        synchronized (this) {
            if (links.lastIndexOf("up " + from + " " + fromRun) <= links.lastIndexOf("down " + from + " " + fromRun)) {
                links.add("message out of turn from " + from + " " + fromRun);
            }
            messages.add(envelope.message());
            senders.add(from);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
