package io.whorl.transport;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.IndirectAnswer;
import io.whorl.core.message.LivenessMessage.IndirectProbe;
import io.whorl.core.message.LivenessMessage.Nack;
import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Probe;
import io.whorl.core.message.LivenessMessage.ProbeAnswer;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** The messages about who is alive, to the wire and back; {@link MessageCodec} is the entry. */
final class LivenessMessageCodec {
    private static final int MOST_NEWS = 16 * LivenessMessage.MOST_NEWS;
    private static final EnumNames<Status, Wire.Liveness> STATUSES =
            new EnumNames<>(Status.class, Wire.Liveness.class, "LIVENESS");

    private LivenessMessageCodec() {}

    static void encode(LivenessMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Probe m) {
            out.setProbe(Wire.Probe.newBuilder()
                    .setNumber(m.number())
                    .setIncarnation(m.incarnation())
                    .addAllNews(news(m.news())));
        } else if (message instanceof ProbeAnswer m) {
            out.setProbeAnswer(Wire.ProbeAnswer.newBuilder()
                    .setNumber(m.number())
                    .setIncarnation(m.incarnation())
                    .addAllNews(news(m.news())));
        } else if (message instanceof IndirectProbe m) {
            out.setIndirectProbe(Wire.IndirectProbe.newBuilder()
                    .setNumber(m.number())
                    .setIncarnation(m.incarnation())
                    .setTarget(news(m.target()))
                    .addAllNews(news(m.news())));
        } else if (message instanceof IndirectAnswer m) {
            out.setIndirectAnswer(Wire.IndirectAnswer.newBuilder()
                    .setNumber(m.number())
                    .setIncarnation(m.incarnation())
                    .setTarget(m.target().value())
                    .setTargetRun(m.targetRun())
                    .setTargetIncarnation(m.targetIncarnation())
                    .addAllNews(news(m.news())));
        } else {
            Nack m = (Nack) message;
            out.setNack(Wire.Nack.newBuilder()
                    .setNumber(m.number())
                    .setIncarnation(m.incarnation())
                    .addAllNews(news(m.news())));
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static LivenessMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case PROBE -> decode(wire.getProbe());
            case PROBE_ANSWER -> decode(wire.getProbeAnswer());
            case INDIRECT_PROBE -> decode(wire.getIndirectProbe());
            case INDIRECT_ANSWER -> decode(wire.getIndirectAnswer());
            case NACK -> decode(wire.getNack());
            default -> throw new AssertionError(wire.getMessageCase() + " is not about who is alive");
        };
    }

    private static Probe decode(Wire.Probe m) {
        return new Probe(m.getNumber(), incarnation(m.getIncarnation()), decodeNews(m.getNewsList()));
    }

    private static ProbeAnswer decode(Wire.ProbeAnswer m) {
        return new ProbeAnswer(m.getNumber(), incarnation(m.getIncarnation()), decodeNews(m.getNewsList()));
    }

    private static IndirectProbe decode(Wire.IndirectProbe m) {
        Parts.require(m.hasTarget(), "target");
        return new IndirectProbe(
                m.getNumber(), incarnation(m.getIncarnation()), decode(m.getTarget()), decodeNews(m.getNewsList()));
    }

    private static IndirectAnswer decode(Wire.IndirectAnswer m) {
        return new IndirectAnswer(
                m.getNumber(),
                incarnation(m.getIncarnation()),
                new NodeId(m.getTarget()),
                m.getTargetRun(),
                incarnation(m.getTargetIncarnation()),
                decodeNews(m.getNewsList()));
    }

    private static Nack decode(Wire.Nack m) {
        return new Nack(m.getNumber(), incarnation(m.getIncarnation()), decodeNews(m.getNewsList()));
    }

    /** Grows by one per contradiction, so that a huge one is damage, and the one after it has to exist. */
    private static long incarnation(long value) {
        if (value < 0 || value == Long.MAX_VALUE) {
            throw Parts.malformed("an incarnation of " + Long.toUnsignedString(value), "one below 2^63 - 1");
        }
        return value;
    }

    private static Wire.News news(News news) {
        return Wire.News.newBuilder()
                .setMember(news.member().value())
                .setRun(news.run())
                .setIncarnation(news.incarnation())
                .setStatus(STATUSES.encode(news.status()))
                .setBy(news.by().value())
                .build();
    }

    private static List<Wire.News> news(List<News> all) {
        List<Wire.News> out = new ArrayList<>(all.size());
        all.forEach(each -> out.add(news(each)));
        return out;
    }

    private static News decode(Wire.News wire) {
        return new News(
                new NodeId(wire.getMember()),
                wire.getRun(),
                incarnation(wire.getIncarnation()),
                STATUSES.decode(wire.getStatus()),
                new NodeId(wire.getBy()));
    }

    private static List<News> decodeNews(List<Wire.News> wire) {
        if (wire.size() > MOST_NEWS) {
            throw Parts.malformed(wire.size() + " pieces of news", "at most " + MOST_NEWS);
        }
        List<News> out = new ArrayList<>(wire.size());
        wire.forEach(each -> out.add(decode(each)));
        return List.copyOf(out);
    }
}
