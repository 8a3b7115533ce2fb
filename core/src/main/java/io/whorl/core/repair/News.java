package io.whorl.core.repair;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What one lane and one peer tell each other of what they have seen: one summary a round of what has changed, or silence. */
final class News {
    /** A summary that tells of so many replicas goes off; the sections that are left follow in another. */
    private static final int MOST_TOLD = 1_024;
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

    /** The peer is another run than before. */
    void reset() {
        sections.values().forEach(SectionLine::reset);
    }

    /** This side's replica has seen less than it had told. */
    void renewed(ReplicaId replica) {
        sections.get(RepairMessage.section(replica)).renewed();
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
        int told = 0;
        List<RepairMessage.Section> said = new ArrayList<>();
        for (SectionLine section : sections.values()) {
            if (section.isDue(now, settings.patience())) {
                RepairMessage.Section one = section.say(number, now);
                said.add(one);
                told += one.told().size();
                if (told > MOST_TOLD) {
                    send(number, said);
                    said.clear();
                    number = numbers.getAsLong();
                    told = 0;
                }
            }
        }
        if (!said.isEmpty()) {
            send(number, said);
        }
    }

    private void send(long number, List<RepairMessage.Section> said) {
        lane.meters().add(Counter.REPAIR_SUMMARIES);
        lane.send(peer, new RepairMessage.Summary(number, said));
    }

    /** The peer told what it has seen, and is answered; the replicas that it says to be urgent. */
    List<Exchange> heard(long peerRun, RepairMessage.Summary summary) {
        List<Exchange> urgent = new ArrayList<>();
        int known = 0;
        int unknown = 0;
        for (RepairMessage.Section said : summary.sections()) {
            SectionLine section = sections.get(said.number());
            Optional<Boolean> understood = section == null ? Optional.empty() : section.heard(summary.request(), said);
            if (understood.isPresent()) {
                int bit = 1 << said.number();
                known |= understood.get() ? bit : 0;
                unknown |= understood.get() ? 0 : bit;
                if (said.urgent()) {
                    urgent.addAll(section.exchanges());
                }
            }
        }
        if ((known | unknown) != 0) {
            lane.answer(peer, peerRun, new RepairMessage.SummaryAnswer(summary.request(), known, unknown));
        }
        return urgent;
    }

    /** The peer said of which sections it knows now all that this side has seen; the others are told as a whole. */
    void answered(RepairMessage.SummaryAnswer answer) {
        boolean again = false;
        for (SectionLine section : sections.values()) {
            int bit = 1 << section.number();
            if (((answer.known() | answer.unknown()) & bit) != 0) {
                again |= section.answered(answer.request(), (answer.known() & bit) != 0);
            }
        }
        if (again) {
            tell();
        }
    }
}
