package io.whorl.core.repair;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.RepairMessage.Told;
import io.whorl.core.meter.Counter;
import io.whorl.core.repair.SectionLine.Heard;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What one lane and one peer tell each other of what they have seen: one summary a round of what has changed, or silence. */
final class News {
    /** A summary that names so many actors goes off, at some thirty bytes each; the sections that are left follow in another. */
    private static final int MOST_ACTORS = 1 << 14;
    /** News of a failed replication waits for this part of an interval, for others to join it. */
    private static final int SOON = 8;

    private final NodeId peer;
    private final ReplicaLane lane;
    private final LongSupplier numbers;
    private final RepairSettings settings;
    private final Map<Integer, SectionLine> sections = new TreeMap<>();
    private boolean soon;

    News(NodeId peer, ReplicaLane lane, LongSupplier numbers, RepairSettings settings) {
        this.peer = peer;
        this.lane = lane;
        this.numbers = numbers;
        this.settings = settings;
    }

    void add(Exchange exchange) {
        int section = RepairMessage.section(exchange.replica().id());
        sections.computeIfAbsent(section, SectionLine::new).add(exchange);
    }

    /** The two share this replica no longer. */
    void remove(ReplicaId replica) {
        sections.get(RepairMessage.section(replica)).remove(replica);
    }

    /** The peer may have forgotten what it was told of this replica. */
    void tellAgain(ReplicaId replica) {
        sections.get(RepairMessage.section(replica)).tellAgain();
    }

    /** The peer is another run than before. */
    void reset() {
        sections.values().forEach(SectionLine::reset);
    }

    /** This side's replica has seen less than it had told. */
    void anew(ReplicaId replica) {
        sections.get(RepairMessage.section(replica)).anew();
    }

    /** What was told last may not have arrived. */
    void interrupted() {
        sections.values().forEach(SectionLine::interrupted);
    }

    /** The peer lacks something of this replica that nobody sends it: it is told soon. */
    void urge(ReplicaId replica) {
        SectionLine section = sections.get(RepairMessage.section(replica));
        if (section == null) {
            return;
        }
        section.urge();
        if (!soon) {
            soon = true;
            lane.lane().schedule(settings.interval() / SOON, () -> {
                soon = false;
                if (lane.isReachable(peer)) {
                    tell();
                }
            });
        }
    }

    /** Tells what has changed, if anything has. */
    void tell() {
        long now = lane.lane().nanoTime();
        long number = numbers.getAsLong();
        int actors = 0;
        List<RepairMessage.Section> said = new ArrayList<>();
        for (SectionLine section : sections.values()) {
            if (section.isDue(now, settings.patience())) {
                RepairMessage.Section one = section.say(number, now);
                said.add(one);
                for (Told told : one.told()) {
                    actors += 1
                            + told.seen().actors().size()
                            + told.durable().actors().size();
                }
                if (actors > MOST_ACTORS) {
                    send(number, said);
                    said.clear();
                    number = numbers.getAsLong();
                    actors = 0;
                }
            }
        }
        if (!said.isEmpty()) {
            send(number, said);
        }
    }

    /** Whether something that was told is not answered yet. */
    boolean isOpen() {
        return sections.values().stream().anyMatch(SectionLine::isOpen);
    }

    private void send(long number, List<RepairMessage.Section> said) {
        lane.meters().add(Counter.REPAIR_SUMMARIES);
        lane.send(peer, new RepairMessage.Summary(number, said));
        if (lane.has(PlantedBug.TOLD_WHEN_SENT)) {
            said.forEach(each -> sections.get(each.number()).answered(number, Heard.KNOWN, lane));
        }
    }

    /** The peer told what it has seen, and is answered; the replicas that it says to be urgent. */
    List<Exchange> heard(long peerRun, long epoch, RepairMessage.Summary summary) {
        List<Exchange> urgent = new ArrayList<>();
        int known = 0;
        int unknown = 0;
        int equal = 0;
        boolean again = false;
        for (RepairMessage.Section said : summary.sections()) {
            SectionLine section = sections.get(said.number());
            again |= section != null && section.speaksAtLast(lane.lane().nanoTime(), settings.interval() / 2);
            Heard heard = heard(section, epoch, summary.request(), said);
            if (heard != Heard.STALE) {
                int bit = 1 << said.number();
                known |= heard == Heard.UNKNOWN ? 0 : bit;
                unknown |= heard == Heard.UNKNOWN ? bit : 0;
                equal |= heard == Heard.EQUAL ? bit : 0;
                if (said.urgent() && section != null) {
                    urgent.addAll(section.exchanges());
                }
            }
        }
        if ((known | unknown) != 0) {
            lane.answer(peer, peerRun, new RepairMessage.SummaryAnswer(summary.request(), known, unknown, equal));
        }
        if (again) {
            tell();
        }
        return urgent;
    }

    /** What was said before the last change of the section's slots may be of a holder that has gone and come back since. */
    private Heard heard(SectionLine section, long epoch, long request, RepairMessage.Section said) {
        if (section == null) {
            return said.fingerprint() == 0 ? Heard.STALE : Heard.UNKNOWN;
        }
        return epoch < section.changed(lane.state().layout()) ? Heard.UNKNOWN : section.heard(request, said);
    }

    /** The peer said of which sections it knows now all that this side has seen; the others are told as a whole. */
    void answered(long epoch, RepairMessage.SummaryAnswer answer) {
        boolean again = false;
        for (SectionLine section : sections.values()) {
            int bit = 1 << section.number();
            if (((answer.known() | answer.unknown()) & bit) != 0) {
                boolean current = epoch >= section.changed(lane.state().layout());
                // Who had not come to that change yet may begin anew there, and forget what it was told.
                Heard heard = (answer.known() & bit) == 0 || !current
                        ? Heard.UNKNOWN
                        : (answer.equal() & bit) != 0 ? Heard.EQUAL : Heard.KNOWN;
                again |= section.answered(answer.request(), heard, lane);
            }
        }
        if (again) {
            tell();
        }
    }
}
