package io.whorl.testkit.simulation;

import io.whorl.core.ring.Slots;
import io.whorl.core.version.DotSet;
import java.util.List;

/**
 * Promise P5: with R + W above N and strict quorums, a read that starts after a write was acknowledged returns that write, or
 * something that had seen it.
 *
 * <p>It is promised, and so checked, between a strict write and a strict read whose own quorums, those of the requests, are together
 * above the number of slots. It is excused, and the excuse is counted, only where a host that held the write has lost it: what a
 * power loss took, or a disk. It holds while slots move, too, for requests with no less than their bucket's quorums; not across changes
 * of N, R and W that leave a read and a write without a slot in common.
 */
final class RegularityCheck {
    private final Violations violations;
    private final Epochs epochs;
    private long checked;
    private long excused;

    RegularityCheck(Violations violations, Epochs epochs) {
        this.violations = violations;
        this.epochs = epochs;
    }

    /** How many pairs of a write and a read were checked. */
    long checked() {
        return checked;
    }

    /** How many of them were wrong, but had an excuse. */
    long excused() {
        return excused;
    }

    /** A write was acknowledged: reads that begin from now on owe it. */
    void acknowledged(KeyHistory key, WriteEvent event) {
        if (!event.request.isStrict()) {
            return;
        }
        int required = event.request.quorumAsked();
        for (WriteEvent other : key.owed) {
            if (other.seen.get(event.number) && other.request.quorumAsked() >= required) {
                return;
            }
        }
        key.owed.removeIf(other -> event.seen.get(other.number) && other.request.quorumAsked() <= required);
        key.owed.add(event);
    }

    /** A read begins. */
    void begins(KeyHistory key, ClientRequest read) {
        if (read.isStrict()) {
            read.owed = List.copyOf(key.owed);
        }
    }

    /** A read has returned; {@code history} is the context of what it returned. */
    void returned(KeyHistory key, ClientRequest read, DotSet history) {
        for (WriteEvent event : read.owed) {
            if (!isPromised(event.request, read)) {
                continue;
            }
            checked++;
            if (!knows(key, history, event)) {
                if (event.lost.isEmpty()) {
                    violations.add(
                            Checker.STALE_READ,
                            read + " began after " + event + " was acknowledged, and knows only " + history
                                    + "; the write was held by hosts " + event.held);
                } else {
                    excused++;
                }
            }
        }
    }

    /**
     * Where holders stay the same, any two quorums that are together above the number of slots. Where slots move, what enough others
     * have is counted by the quorums of the bucket, and a request with a lower one gives the promise up.
     */
    private boolean isPromised(ClientRequest write, ClientRequest read) {
        if (epochs.haveMoved()) {
            return epochs.isRegular(read.bucket.number())
                    && epochs.optionsOf(read.bucket.number()).stream()
                            .allMatch(had -> write.isRegular(had) && read.isRegular(had));
        }
        int members = epochs.leastMembers();
        int slots = Slots.of(read.bucket.options(), members).count();
        return read.required(members) + write.required(members) > slots;
    }

    private static boolean knows(KeyHistory key, DotSet history, WriteEvent event) {
        if (history.contains(event.dot)) {
            return true;
        }
        for (int later = event.number + 1; later < key.events.size(); later++) {
            WriteEvent other = key.events.get(later);
            if (other.seen.get(event.number) && history.contains(other.dot)) {
                return true;
            }
        }
        return false;
    }
}
