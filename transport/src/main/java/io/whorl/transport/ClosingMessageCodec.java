package io.whorl.transport;

import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.ClosingMessage.AskReport;
import io.whorl.core.message.ClosingMessage.AskRuns;
import io.whorl.core.message.ClosingMessage.NamedRuns;
import io.whorl.core.message.ClosingMessage.Report;
import io.whorl.core.message.ClosingMessage.Seen;
import io.whorl.transport.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** The messages about closing runs, to the wire and back; {@link MessageCodec} is the entry. */
final class ClosingMessageCodec {
    private static final int MOST_RUNS = 1 << 16;

    private ClosingMessageCodec() {}

    static void encode(ClosingMessage message, Wire.Envelope.Builder out) {
        if (message instanceof AskRuns m) {
            out.setAskRuns(Wire.AskRuns.newBuilder().setRequest(m.request()));
        } else if (message instanceof NamedRuns m) {
            out.setNamedRuns(Wire.NamedRuns.newBuilder()
                    .setRequest(m.request())
                    .setMost(m.most())
                    .addAllRuns(m.runs()));
        } else if (message instanceof AskReport m) {
            out.setAskReport(Wire.AskReport.newBuilder()
                    .setRequest(m.request())
                    .setFreeze(m.freeze())
                    .addAllRuns(m.runs()));
        } else {
            Report m = (Report) message;
            Wire.Report.Builder report = Wire.Report.newBuilder()
                    .setRequest(m.request())
                    .setFreeze(m.freeze())
                    .setRun(m.run())
                    .setFit(m.fit());
            for (Seen seen : m.seen()) {
                report.addSeen(Wire.SeenOfRuns.newBuilder()
                        .setReplica(Parts.replica(seen.replica()))
                        .setFingerprint(seen.fingerprint()));
            }
            out.setReport(report);
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static ClosingMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case ASK_RUNS -> new AskRuns(wire.getAskRuns().getRequest());
            case NAMED_RUNS -> {
                Wire.NamedRuns m = wire.getNamedRuns();
                yield new NamedRuns(m.getRequest(), m.getMost(), runs(m.getRunsList()));
            }
            case ASK_REPORT -> {
                Wire.AskReport m = wire.getAskReport();
                yield new AskReport(m.getRequest(), freeze(m.getFreeze()), runs(m.getRunsList()));
            }
            case REPORT -> decode(wire.getReport());
            default -> throw new AssertionError(wire.getMessageCase() + " is not about closing runs");
        };
    }

    private static Report decode(Wire.Report m) {
        List<Seen> seen = new ArrayList<>(m.getSeenCount());
        for (Wire.SeenOfRuns each : m.getSeenList()) {
            seen.add(new Seen(Parts.replica(each.hasReplica(), each.getReplica()), each.getFingerprint()));
        }
        return new Report(m.getRequest(), freeze(m.getFreeze()), m.getRun(), m.getFit(), seen);
    }

    private static long freeze(long value) {
        if (value < 0) {
            throw Parts.malformed("a freeze of " + Long.toUnsignedString(value), "an epoch");
        }
        return value;
    }

    private static List<Long> runs(List<Long> wire) {
        if (wire.size() > MOST_RUNS) {
            throw Parts.malformed(wire.size() + " runs", "at most " + MOST_RUNS);
        }
        return List.copyOf(wire);
    }
}
