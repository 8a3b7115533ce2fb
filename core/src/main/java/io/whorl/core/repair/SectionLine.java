package io.whorl.core.repair;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.RepairMessage.Told;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two nodes tell each other of one section of the replicas that both hold. Each side tells the other what was added to its
 * seen-sets, and the fingerprint of all of them, until the other confirms that it knows them all.
 *
 * <p>To a peer that has just been met only the fingerprint is told, because it may have seen the very same. If it does not know
 * what the fingerprint stands for, everything is told.
 */
final class SectionLine {
    private final int number;
    private final Map<ReplicaId, Exchange> exchanges = new TreeMap<>();
    private boolean opening = true;
    private boolean whole;
    private boolean urgent;
    private boolean saidWhole;
    private boolean saidUrgent;
    private long open;
    private long saidAt;
    private long heardLast;

    SectionLine(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    Collection<Exchange> exchanges() {
        return exchanges.values();
    }

    /** Another shared replica: what was confirmed before says nothing of it. */
    void add(Exchange exchange) {
        exchanges.put(exchange.replica().id(), exchange);
        opening = true;
    }

    /** A replica that is shared no longer: the fingerprints stand for the others from now on. */
    void remove(ReplicaId replica) {
        exchanges.remove(replica);
        opening = true;
        open = 0;
    }

    /** The peer may have forgotten what it was told; if it has not, the fingerprint says all. */
    void tellAgain() {
        opening = true;
        open = 0;
    }

    /** The epoch of the last change of the slots of what is shared. */
    long changed(Layout layout) {
        long changed = 0;
        for (ReplicaId id : exchanges.keySet()) {
            changed = Math.max(changed, layout.changed(id.partition()));
        }
        return changed;
    }

    /** The peer is another run than before. */
    void reset() {
        opening = true;
        whole = false;
        open = 0;
        heardLast = 0;
    }

    /** One of this side's replicas has seen less than it had told: what is told next begins anew. */
    void anew() {
        exchanges.values().forEach(exchange -> exchange.marks().untold());
        whole = true;
        open = 0;
    }

    /** What was said last may not have arrived. */
    void interrupted() {
        open = 0;
    }

    /** The peer should ask at once for what it lacks. */
    void urge() {
        urgent = true;
    }

    /** Whether the peer has not answered yet what it was told. */
    boolean isOpen() {
        return open != 0 && !exchanges.isEmpty();
    }

    // ---- telling

    /** Whether the peer should be told something now. */
    boolean isDue(long now, long patience) {
        if (exchanges.isEmpty() || (open != 0 && now - saidAt <= patience)) {
            // Nothing is shared any more, and a peer that shares nothing does not answer.
            return false;
        }
        return opening || whole || exchanges.values().stream().anyMatch(SectionLine::isNews);
    }

    private static boolean isNews(Exchange exchange) {
        return exchange.local().isSound()
                && !(exchange.replica().seen().equals(exchange.marks().toldSeen())
                        && exchange.replica().durable().equals(exchange.marks().toldDurable()));
    }

    /** What is to be told, under the number of a message. */
    RepairMessage.Section say(long request, long now) {
        boolean durable = true;
        for (Exchange exchange : exchanges.values()) {
            durable &= !exchange.local().isSound()
                    || exchange.replica().durable().equals(exchange.replica().seen());
        }
        List<Told> told = new ArrayList<>();
        for (Exchange exchange : exchanges.values()) {
            if (exchange.local().isSound()) {
                tell(exchange, durable, told);
            }
        }
        saidUrgent = urgent || opening || (open != 0 && saidUrgent);
        open = request;
        saidAt = now;
        saidWhole = whole;
        urgent = false;
        return new RepairMessage.Section(number, own(), durable, whole, saidUrgent, told);
    }

    private void tell(Exchange exchange, boolean allDurable, List<Told> told) {
        DotSet seen = exchange.replica().seen();
        DotSet durable = exchange.replica().durable();
        Watermarks marks = exchange.marks();
        if (opening && !whole) {
            marks.sent(seen, allDurable ? durable : DotSet.empty());
            return;
        }
        // What questions have told meanwhile does not count when the peer is to begin from nothing.
        DotSet newlySeen = whole ? seen : seen.minus(marks.toldSeen());
        DotSet newlyDurable = allDurable ? DotSet.empty() : whole ? durable : durable.minus(marks.toldDurable());
        if (!newlySeen.isEmpty() || !newlyDurable.isEmpty()) {
            told.add(new Told(exchange.replica().id(), newlySeen, newlyDurable));
        }
        marks.sent(seen, durable);
    }

    /** The peer answered; true if it has to be told everything now. */
    boolean answered(long request, Heard heard, ReplicaLane lane) {
        if (open == 0 || request != open) {
            return false;
        }
        open = 0;
        opening = false;
        if (heard != Heard.UNKNOWN) {
            whole = false;
            for (Exchange exchange : exchanges.values()) {
                exchange.told(heard == Heard.EQUAL, lane);
            }
            return false;
        }
        exchanges.values().forEach(exchange -> exchange.marks().untold());
        whole = true;
        urgent |= saidUrgent;
        // A peer that does not know a replica yet will be told again at the next round.
        return !saidWhole;
    }

    // ---- listening

    /** What a side made of what it was told. */
    enum Heard {
        /** Later things were told before. */
        STALE,
        /** It does not know what the other side has seen. */
        UNKNOWN,
        /** It knows all that the other side has seen. */
        KNOWN,
        /** It knows it, and has seen exactly the same. */
        EQUAL
    }

    /**
     * Whether the peer speaks for the first time, long after this side did: then it may not have been ready to listen, and is told
     * again at once.
     */
    boolean speaksAtLast(long now, long longAgo) {
        boolean repeats = heardLast == 0 && open != 0 && now - saidAt > longAgo;
        open = repeats ? 0 : open;
        return repeats;
    }

    /** The peer told something. */
    Heard heard(long request, RepairMessage.Section said) {
        if (request < heardLast) {
            return Heard.STALE;
        }
        heardLast = request;
        if (said.whole()) {
            exchanges.values().forEach(exchange -> exchange.marks().forget());
        }
        boolean held = true;
        for (Told told : said.told()) {
            Exchange exchange = exchanges.get(told.replica());
            held &= exchange != null;
            if (exchange != null) {
                exchange.marks().heard(told.seen(), told.durable());
            }
        }
        boolean known = understand(said.fingerprint()) || (said.whole() && held);
        if (known) {
            exchanges.values().forEach(exchange -> exchange.marks().complete(said.durable()));
        }
        return !known ? Heard.UNKNOWN : own() == said.fingerprint() ? Heard.EQUAL : Heard.KNOWN;
    }

    /** The fingerprint of what this side has seen. */
    private long own() {
        long sum = 0;
        for (Exchange exchange : exchanges.values()) {
            sum += exchange.local().isSound() ? exchange.local().fingerprint() : 0;
        }
        return sum;
    }

    /** Whether the fingerprint stands for what is known of the peer; or for what this side has seen itself, which is known then. */
    private boolean understand(long fingerprint) {
        long theirs = 0;
        for (Exchange exchange : exchanges.values()) {
            theirs += exchange.theirFingerprint();
        }
        long ours = own();
        if (theirs != fingerprint && ours == fingerprint) {
            exchanges.values().stream()
                    .filter(exchange -> exchange.local().isSound())
                    .forEach(
                            exchange -> exchange.marks().same(exchange.replica().seen()));
        }
        return theirs == fingerprint || ours == fingerprint;
    }
}
