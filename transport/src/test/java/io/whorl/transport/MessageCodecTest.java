package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.transport.wire.Wire;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final Wire.ReplicaId REPLICA =
            Wire.ReplicaId.newBuilder().setBucket(1).build();
    /** Records hold arrays, which their own equals compares by identity. */
    private static final RecursiveComparisonConfiguration BY_CONTENT = RecursiveComparisonConfiguration.builder()
            .withEqualsForType(DotSet::equals, DotSet.class)
            .build();

    @Test
    void every_kind_comes_back_as_it_was() {
        for (long seed = 0; seed < 50; seed++) {
            MessageGenerator generator = new MessageGenerator(seed);
            for (int kind = 0; kind < generator.kinds(); kind++) {
                Envelope envelope = generator.envelope(kind);
                byte[] bytes = MessageCodec.encode(envelope);
                Optional<Envelope> decoded = MessageCodec.decode(bytes);
                assertThat(decoded).as("seed %d kind %d", seed, kind).isPresent();
                assertThat(decoded.get())
                        .as("seed %d, %s", seed, envelope)
                        .usingRecursiveComparison(BY_CONTENT)
                        .isEqualTo(envelope);
                assertThat(MessageCodec.encode(decoded.get())).isEqualTo(bytes);
            }
        }
    }

    @Test
    void the_generator_makes_every_kind_that_the_port_and_the_schema_have() {
        MessageGenerator generator = new MessageGenerator(1);
        TreeSet<String> made = new TreeSet<>();
        for (int kind = 0; kind < generator.kinds(); kind++) {
            made.add(generator.envelope(kind).message().getClass().getName());
        }
        TreeSet<String> permitted = new TreeSet<>();
        collect(Message.class, permitted);
        assertThat(made).isEqualTo(permitted);
        assertThat(Wire.Envelope.getDescriptor().getOneofs().get(0).getFields()).hasSameSizeAs(made);
    }

    private static void collect(Class<?> type, TreeSet<String> leaves) {
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(sub -> collect(sub, leaves));
        } else {
            leaves.add(type.getName());
        }
    }

    @Test
    void a_kind_of_message_that_is_not_known_is_told_apart_from_damage() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("from a newer version"))
                                .build())
                .build();
        byte[] bytes = Wire.Envelope.newBuilder()
                .setEpoch(7)
                .setUnknownFields(newer)
                .build()
                .toByteArray();

        assertThat(MessageCodec.decode(bytes)).isEmpty();
    }

    @Test
    void a_field_that_is_not_known_is_skipped() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .build();
        byte[] bytes = Wire.Envelope.newBuilder()
                .setBeat(Wire.Beat.newBuilder().setUnknownFields(newer))
                .setUnknownFields(newer)
                .build()
                .toByteArray();

        assertThat(MessageCodec.decode(bytes)).contains(new Envelope(0, 0, new ClusterMessage.Beat()));
    }

    @Test
    void an_enum_value_that_is_not_known_makes_the_message_one_of_unknown_kind() {
        Wire.Refuse refuse =
                Wire.Refuse.newBuilder().setReplica(REPLICA).setReasonValue(77).build();

        assertThat(MessageCodec.decode(envelope().setRefuse(refuse).build().toByteArray()))
                .isEmpty();
    }

    @Test
    void what_no_version_writes_is_refused_with_what_is_wrong() {
        refused(envelope(), "without a message");
        refused(envelope().setRead(Wire.Read.newBuilder()), "replica");
        refused(
                envelope()
                        .setRead(Wire.Read.newBuilder()
                                .setReplica(Wire.ReplicaId.newBuilder().setPartition(1))),
                "bucket");
        refused(envelope().setRefuse(Wire.Refuse.newBuilder().setReplica(REPLICA)), "REFUSAL");
        refused(envelope().setForward(Wire.Forward.newBuilder().setReplica(REPLICA)), "write");
        refused(envelope().setForwardFailed(Wire.ForwardFailed.newBuilder().setReplica(REPLICA)), "failure");
        refused(envelope().setReadAnswer(Wire.ReadAnswer.newBuilder().setReplica(REPLICA)), "byte 0");
        refused(
                envelope()
                        .setPull(Wire.Pull.newBuilder().setReplica(REPLICA).setSeen(ByteString.copyFrom(new byte[] {9, 9
                        }))),
                "actors");
        refused(
                envelope()
                        .setStream(Wire.Stream.newBuilder().setReplica(REPLICA).setMaxBytes(-1)),
                "limit in bytes");
        refused(envelope().setSeek(Wire.Seek.newBuilder()), "member");
        refused(
                envelope()
                        .setSeek(Wire.Seek.newBuilder()
                                .setMember(Wire.Member.newBuilder().setId(1))),
                "no port");
        refused(envelope().setPrepare(Wire.Prepare.newBuilder().setEpoch(2)), "ballot");
        refused(
                envelope()
                        .setPrepare(Wire.Prepare.newBuilder()
                                .setEpoch(2)
                                .setBallot(Wire.Ballot.newBuilder().setProposer(1))),
                "round");
        refused(envelope().setPrepare(Wire.Prepare.newBuilder()), "epoch");
        refused(
                envelope()
                        .setPromise(
                                Wire.Promise.newBuilder().setEpoch(2).setAccepted(ByteString.copyFromUtf8("a state"))),
                "without its ballot");
        refused(envelope().setAskChange(Wire.AskChange.newBuilder()), "the end, 0 bytes ahead");
        refused(envelope().setIndirectProbe(Wire.IndirectProbe.newBuilder()), "target");
        refused(envelope().setProbe(Wire.Probe.newBuilder().setIncarnation(-1)), "incarnation");
        refused(
                envelope()
                        .setNack(Wire.Nack.newBuilder()
                                .addNews(Wire.News.newBuilder().setMember(1).setBy(1))),
                "LIVENESS");
        refused(
                envelope()
                        .setProbeAnswer(Wire.ProbeAnswer.newBuilder()
                                .addAllNews(Collections.nCopies(2_000, Wire.News.getDefaultInstance()))),
                "pieces of news");
        refused(envelope().setKeepHint(Wire.KeepHint.newBuilder().setReplica(REPLICA)), "node id");
        refused(
                envelope()
                        .setHandedOver(Wire.HandedOver.newBuilder()
                                .setReplica(REPLICA)
                                .setVersions(ByteString.copyFrom(new byte[9]))),
                "9 bytes of versions");
        assertThatThrownBy(() -> MessageCodec.decode(new byte[] {1, 2, 3}))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("Protocol Buffers");
    }

    @Test
    void more_entries_than_permitted_are_refused_before_they_are_parsed() {
        Wire.PullAnswer.Builder answer = Wire.PullAnswer.newBuilder().setReplica(REPLICA);
        answer.addAllEntries(Collections.nCopies(MessageCodec.MAX_ENTRIES + 100, Wire.Entry.getDefaultInstance()));
        byte[] bytes = envelope().setPullAnswer(answer).build().toByteArray();

        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("fields");
        Wire.HandOver.Builder handOver = Wire.HandOver.newBuilder().setReplica(REPLICA);
        handOver.addAllHints(Collections.nCopies(MessageCodec.MAX_ENTRIES + 100, Wire.Hint.getDefaultInstance()));
        byte[] hints = envelope().setHandOver(handOver).build().toByteArray();
        assertThatThrownBy(() -> MessageCodec.decode(hints))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("fields");
        ReplicaMessage.Entry entry = new MessageGenerator(3).entry();
        ReplicaMessage tooMany = new ReplicaMessage.StreamAnswer(
                1, new ReplicaId(1, 1), entry.dots(), Collections.nCopies(MessageCodec.MAX_ENTRIES + 1, entry), null);
        assertThatThrownBy(() -> MessageCodec.encode(new Envelope(0, 0, tooMany)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entries");
    }

    @Test
    void a_large_message_is_scanned_and_decoded() {
        ReplicaMessage read = new ReplicaMessage.Read(1, new ReplicaId(1, 1), 2, new byte[3 << 20], true, false, 1);
        Envelope decoded = MessageCodec.decode(MessageCodec.encode(new Envelope(1, 2, read)))
                .orElseThrow();
        assertThat(((ReplicaMessage.Read) decoded.message()).key()).hasSize(3 << 20);
    }

    @Test
    void random_bytes_are_decoded_or_refused_and_nothing_else() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            decodeOrRefuse(bytes);
        }
    }

    @Test
    void damaged_messages_are_decoded_or_refused_and_nothing_else() {
        SplittableRandom random = new SplittableRandom(12);
        MessageGenerator generator = new MessageGenerator(12);
        for (int i = 0; i < 60_000; i++) {
            byte[] bytes = MessageCodec.encode(generator.envelope());
            byte[] damaged =
                    Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length + 9) : bytes.length);
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            decodeOrRefuse(damaged);
        }
    }

    /** Whatever is decoded must also be fit to be encoded again. */
    private static void decodeOrRefuse(byte[] bytes) {
        try {
            MessageCodec.decode(bytes).ifPresent(MessageCodec::encode);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageContaining("expected");
        }
    }

    private static Wire.Envelope.Builder envelope() {
        return Wire.Envelope.newBuilder();
    }

    private static void refused(Wire.Envelope.Builder envelope, String why) {
        assertThatThrownBy(() -> MessageCodec.decode(envelope.build().toByteArray()))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining(why);
    }
}
