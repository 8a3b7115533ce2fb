package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.whorl.core.message.ClusterMessage.Rejected;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.ring.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port that strangers feed with bytes that are nearly right, while neighbours talk over it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MalformedFramesTest {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final int STRANGERS = Math.max(300, Integer.getInteger("whorl.fuzz.cases", 0) / 1_000);
    private static final int FRAMES_EACH = 4;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private RecordingNode node;
    private RecordingNode neighbour;

    @BeforeEach
    void start() {
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        node = new RecordingNode(new NettyTransport(ANY, TransportOptions.defaults()), "cluster", 1, 11).start();
        neighbour = new RecordingNode(new NettyTransport(ANY, TransportOptions.defaults()), "cluster", 2, 22).start();
    }

    @AfterEach
    void stop() {
        neighbour.close();
        node.close();
        System.setErr(before);
    }

    @Test
    void closes_each_such_connection_counts_it_logs_once_and_goes_on_serving_others() throws IOException {
        neighbour.learn(node);
        neighbour.awaitUp(node);
        SplittableRandom random = new SplittableRandom(Long.getLong("whorl.fuzz.seed", 1));
        MessageGenerator generator = new MessageGenerator(random.nextLong());
        Mutations mutations = new Mutations(random.nextLong(), () -> frames(generator));
        for (int stranger = 0; stranger < STRANGERS; stranger++) {
            try (RawPeer raw = new RawPeer(node.address())) {
                bother(raw, mutations.next(), random.nextBoolean());
            }
            neighbour.sendWhenUp(node, new Rejected("message " + stranger));
        }
        List<Message> said = IntStream.range(0, STRANGERS)
                .mapToObj(i -> (Message) new Rejected("message " + i))
                .toList();
        await().atMost(Duration.ofSeconds(20)).until(() -> node.messages().contains(said.get(STRANGERS - 1)));
        assertThat(node.messages())
                .as("what the neighbour said, among what strangers may have managed to say")
                .containsSubsequence(said);
        assertThat(neighbour.links()).as("never disturbed").hasSize(1);
        NettyTransport transport = (NettyTransport) node.transport();
        await().atMost(Duration.ofSeconds(20)).until(() -> transport.counters().violations() > STRANGERS / 2);
        assertThat(logged.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.contains("closed the connection")))
                .as("one line for all of one host")
                .hasSize(1);
    }

    private static void bother(RawPeer raw, byte[] bytes, boolean introduced) throws IOException {
        if (introduced) {
            raw.shakeHands();
        }
        try {
            raw.send(bytes);
            raw.end();
        } catch (IOException e) {
            return; // closed while it still spoke
        }
        raw.readToEnd();
    }

    private static byte[] frames(MessageGenerator generator) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES_EACH; i++) {
            Envelope envelope = generator.envelope();
            frames.writeBytes(RawPeer.frame(FrameKind.MESSAGE, MessageCodec.encode(envelope)));
        }
        return frames.toByteArray();
    }
}
