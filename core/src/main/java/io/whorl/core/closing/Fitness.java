package io.whorl.core.closing;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.replica.Closure;
import io.whorl.core.ring.Closings;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;

/**
 * What is doubtful about a message whose sender had not reported yet: dots of frozen or closed runs that he, or who he has it from,
 * may have lost since. Who has not seen them must not take it, or he would be the only one.
 */
public final class Fitness {
    private Fitness() {}

    /**
     * The doubtful dots that a message names, empty as a rule.
     *
     * @param asOf the newest freeze for which the sender had reported when he sent it
     */
    public static DotSet doubtful(Message message, Closings closings, long asOf) {
        if (asOf >= closings.newest()) {
            return DotSet.empty();
        }
        if (message instanceof ReplicaMessage.ReadAnswer m) {
            // Nothing is stored of it, and while runs are frozen nothing is repaired by it: what is closed matters
            // alone.
            Closings closed = new Closings(closings.closed(), Optional.empty());
            return Closure.doubtful(Closure.named(m.record(), m.bases(), DotSet.empty()), closed, asOf);
        }
        return Closure.doubtful(named(message), closings, asOf);
    }

    private static DotSet named(Message message) {
        if (message instanceof ReplicaMessage.Replicate m) {
            return Closure.named(m.record(), m.bases(), m.announced());
        } else if (message instanceof HintMessage.Keep m) {
            return Closure.named(m.record(), m.bases(), m.announced());
        } else if (message instanceof HintMessage.HandOver m) {
            DotSet.Builder named = DotSet.builder();
            for (HintMessage.Hint hint : m.hints()) {
                named.join(Closure.named(hint.record(), DotSet.empty(), hint.announced()));
            }
            return named.build();
        } else if (message instanceof ReplicaMessage.PullAnswer m) {
            return m.entries().isEmpty()
                    ? DotSet.empty()
                    : named(m.entries(), m.seen().bases());
        } else if (message instanceof ReplicaMessage.StreamAnswer m) {
            return named(m.entries(), m.seen());
        } else if (message instanceof RepairMessage.Push m) {
            return named(m.entries(), m.bases());
        }
        return DotSet.empty();
    }

    private static DotSet named(List<ReplicaMessage.Entry> entries, DotSet seen) {
        DotSet.Builder named = DotSet.builder();
        named.join(seen.only(actor -> true));
        for (ReplicaMessage.Entry entry : entries) {
            named.join(Closure.named(entry.record(), DotSet.empty(), entry.dots()));
        }
        return named.build();
    }
}
