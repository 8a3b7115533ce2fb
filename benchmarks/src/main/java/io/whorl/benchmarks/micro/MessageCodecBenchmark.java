package io.whorl.benchmarks.micro;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.transport.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The messages that a put and a get send, to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageCodecBenchmark {
    private static final ReplicaId REPLICA = new ReplicaId(1, 42);
    private static final long FINGERPRINT = 0x1234567890ABCDEFL;
    private static final long TIMEOUT = 5_000_000_000L;

    /** What is said. */
    public enum Said {
        /** A write, to another holder. */
        REPLICATE,
        /** Its acknowledgement. */
        ACKNOWLEDGE,
        /** A question for a record. */
        READ,
        /** The answer with values. */
        READ_ANSWER,
        /** The answer with dots alone. */
        READ_ANSWER_OF_DOTS,
        /** 64 records at once, as anti-entropy sends them. */
        PULL_ANSWER
    }

    /** Which message. */
    @Param
    public Said said;

    /** How large a value is. */
    @Param({"100", "1024"})
    public int valueBytes;

    private Envelope envelope;
    private byte[] bytes;

    /** Makes the message. */
    @Setup
    public void prepare() {
        envelope = new Envelope(0x0FEDCBA098765432L, 17, message());
        bytes = MessageCodec.encode(envelope);
    }

    private Message message() {
        DotSet bases = Samples.seen(3, 0);
        Record record = Samples.record(1, valueBytes);
        return switch (said) {
            case REPLICATE ->
                new ReplicaMessage.Replicate(
                        100_000,
                        REPLICA,
                        FINGERPRINT,
                        Samples.bytes(16),
                        record,
                        bases,
                        DotSet.of(new Dot(Samples.actor(0), 1_000_001)),
                        TIMEOUT);
            case ACKNOWLEDGE -> new ReplicaMessage.Acknowledge(100_000, REPLICA);
            case READ ->
                new ReplicaMessage.Read(100_000, REPLICA, FINGERPRINT, Samples.bytes(16), true, false, TIMEOUT);
            case READ_ANSWER -> new ReplicaMessage.ReadAnswer(100_000, REPLICA, record, bases);
            case READ_ANSWER_OF_DOTS -> new ReplicaMessage.ReadAnswer(100_000, REPLICA, record.withheld(), bases);
            case PULL_ANSWER -> new ReplicaMessage.PullAnswer(100_000, REPLICA, bases, bases, entries(), false, true);
        };
    }

    private List<ReplicaMessage.Entry> entries() {
        List<ReplicaMessage.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            DotSet dot = DotSet.of(new Dot(Samples.actor(0), 1_000_001 + i));
            entries.add(new ReplicaMessage.Entry(Samples.bytes(16), Samples.record(1, valueBytes), dot));
        }
        return entries;
    }

    /** To bytes. */
    @Benchmark
    public byte[] encode() {
        return MessageCodec.encode(envelope);
    }

    /** From bytes. */
    @Benchmark
    public Optional<Envelope> decode() {
        return MessageCodec.decode(bytes);
    }
}
