package io.whorl.transport;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.RepairMessage.Push;
import io.whorl.core.message.RepairMessage.PushAnswer;
import io.whorl.core.message.RepairMessage.Section;
import io.whorl.core.message.RepairMessage.Summary;
import io.whorl.core.message.RepairMessage.SummaryAnswer;
import io.whorl.core.message.RepairMessage.Told;
import io.whorl.core.ring.ReplicaId;
import io.whorl.transport.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The messages about all replicas that two nodes share, to the wire and back; {@link MessageCodec} is the entry. */
final class RepairMessageCodec {
    private RepairMessageCodec() {}

    static void encode(RepairMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Summary m) {
            out.setSummary(summary(m));
        } else if (message instanceof SummaryAnswer m) {
            out.setSummaryAnswer(Wire.SummaryAnswer.newBuilder()
                    .setRequest(m.request())
                    .setKnown(m.known())
                    .setUnknown(m.unknown())
                    .setEqual(m.equal()));
        } else if (message instanceof Push m) {
            out.setPush(Wire.Push.newBuilder()
                    .setRequest(m.request())
                    .setReplica(Parts.replica(m.replica()))
                    .setFingerprint(m.fingerprint())
                    .setBases(Parts.dots(m.bases()))
                    .addAllEntries(Parts.entries(m.entries())));
        } else {
            PushAnswer m = (PushAnswer) message;
            out.setPushAnswer(
                    Wire.PushAnswer.newBuilder().setRequest(m.request()).setReplica(Parts.replica(m.replica())));
        }
    }

    /** What was told goes beside the sections, not into them, so that it can be counted before it is parsed. */
    private static Wire.Summary.Builder summary(Summary m) {
        Wire.Summary.Builder out = Wire.Summary.newBuilder().setRequest(m.request());
        int count = 0;
        for (Section section : m.sections()) {
            out.addSections(Wire.SummarySection.newBuilder()
                    .setNumber(section.number())
                    .setFingerprint(section.fingerprint())
                    .setDurable(section.durable())
                    .setWhole(section.whole())
                    .setUrgent(section.urgent()));
            count += section.told().size();
            for (Told told : section.told()) {
                out.addTold(Wire.Told.newBuilder()
                        .setReplica(Parts.replica(told.replica()))
                        .setSeen(Parts.dots(told.seen()))
                        .setDurable(Parts.dots(told.durable())));
            }
        }
        if (count > MessageCodec.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    count + " replicas in a summary; expected at most " + MessageCodec.MAX_ENTRIES);
        }
        return out;
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static RepairMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case SUMMARY -> decode(wire.getSummary());
            case SUMMARY_ANSWER ->
                new SummaryAnswer(
                        wire.getSummaryAnswer().getRequest(),
                        wire.getSummaryAnswer().getKnown(),
                        wire.getSummaryAnswer().getUnknown(),
                        wire.getSummaryAnswer().getEqual());
            case PUSH -> decode(wire.getPush());
            case PUSH_ANSWER ->
                new PushAnswer(
                        wire.getPushAnswer().getRequest(),
                        Parts.replica(
                                wire.getPushAnswer().hasReplica(),
                                wire.getPushAnswer().getReplica()));
            default -> throw new AssertionError(wire.getMessageCase() + " is not about shared replicas");
        };
    }

    private static Push decode(Wire.Push m) {
        return new Push(
                m.getRequest(),
                Parts.replica(m.hasReplica(), m.getReplica()),
                m.getFingerprint(),
                Parts.dots(m.getBases()),
                Parts.decodeEntries(m.getEntriesList()));
    }

    private static Summary decode(Wire.Summary m) {
        if (m.getSectionsCount() > RepairMessage.SECTIONS || m.getToldCount() > MessageCodec.MAX_ENTRIES) {
            throw Parts.malformed(
                    m.getSectionsCount() + " sections with " + m.getToldCount() + " replicas",
                    "at most " + RepairMessage.SECTIONS + " with " + MessageCodec.MAX_ENTRIES);
        }
        Map<Integer, List<Told>> bySection = new TreeMap<>();
        for (Wire.SummarySection section : m.getSectionsList()) {
            if (bySection.put(section.getNumber(), new ArrayList<>()) != null) {
                throw Parts.malformed("section " + section.getNumber() + " twice", "each section once");
            }
        }
        for (Wire.Told told : m.getToldList()) {
            ReplicaId replica = Parts.replica(told.hasReplica(), told.getReplica());
            List<Told> section = bySection.get(RepairMessage.section(replica));
            if (section == null) {
                throw Parts.malformed("replica " + replica + " without its section", "the section too");
            }
            section.add(new Told(replica, Parts.dots(told.getSeen()), Parts.dots(told.getDurable())));
        }
        List<Section> sections = new ArrayList<>();
        for (Wire.SummarySection section : m.getSectionsList()) {
            sections.add(new Section(
                    section.getNumber(),
                    section.getFingerprint(),
                    section.getDurable(),
                    section.getWhole(),
                    section.getUrgent(),
                    bySection.get(section.getNumber())));
        }
        return new Summary(m.getRequest(), sections);
    }
}
