package io.whorl.core.repair;

import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.Missing;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.replica.Section;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;

/** Answers what peers ask of this lane's replicas, as fast as repair may; asked for more it refuses. */
final class Serving {
    private static final int MOST_BYTES = 4 << 20;

    private final ReplicaLane lane;
    private final Budget budget;

    Serving(ReplicaLane lane, Budget budget) {
        this.lane = lane;
        this.budget = budget;
    }

    /** A peer asks what it lacks. */
    void serve(NodeId from, long run, Replica replica, ReplicaMessage.Pull pull) {
        if (refused(from, run, pull.request(), replica.id())) {
            return;
        }
        Missing missing = replica.missing(pull.seen(), bounded(pull.maxBytes()));
        budget.spend(Sizes.of(missing.entries()));
        lane.answer(
                from,
                run,
                new ReplicaMessage.PullAnswer(
                        pull.request(),
                        replica.id(),
                        replica.seen(),
                        replica.durable(),
                        missing.entries(),
                        missing.pruned(),
                        missing.more()));
    }

    /** A peer streams this replica and asks for the next stretch. */
    void serve(NodeId from, long run, Replica replica, ReplicaMessage.Stream stream) {
        if (refused(from, run, stream.request(), replica.id())) {
            return;
        }
        Section section = replica.section(stream.after(), bounded(stream.maxBytes()));
        List<ReplicaMessage.Entry> entries = new ArrayList<>(section.entries().size());
        for (Section.Entry entry : section.entries()) {
            entries.add(new ReplicaMessage.Entry(entry.key(), entry.record(), DotSet.empty()));
        }
        budget.spend(Sizes.of(entries));
        lane.answer(
                from,
                run,
                new ReplicaMessage.StreamAnswer(
                        stream.request(), replica.id(), replica.seen(), entries, section.upTo()));
    }

    /** A peer pushes remnants that name what nobody may ever ask for. */
    void serve(NodeId from, long run, Replica replica, RepairMessage.Push push) {
        List<Arrival> arrivals = new ArrayList<>(push.entries().size());
        for (ReplicaMessage.Entry entry : push.entries()) {
            arrivals.add(new Arrival(entry.key(), entry.record().fill(push.bases()), DotSet.empty()));
        }
        if (!arrivals.isEmpty() && replica.receive(arrivals)) {
            lane.durableLine().touched(replica);
        }
        lane.meters().add(Counter.REPAIR_ENTRIES, arrivals.size());
        lane.answer(from, run, new RepairMessage.PushAnswer(push.request(), replica.id()));
    }

    private boolean refused(NodeId from, long run, long request, ReplicaId replica) {
        if (budget.grants(lane.lane().nanoTime(), lane.underWay())) {
            return false;
        }
        lane.meters().add(Counter.REPAIR_REFUSED);
        lane.answer(
                from,
                run,
                new ReplicaMessage.Refuse(
                        request, replica, Refusal.OVERLOADED, "repair has moved as much as it may for now"));
        return true;
    }

    /** An answer has room for one record at least, and is not as large as the asker likes. */
    private static int bounded(int maxBytes) {
        return Math.max(1, Math.min(maxBytes, MOST_BYTES));
    }
}
