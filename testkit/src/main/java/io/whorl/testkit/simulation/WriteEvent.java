package io.whorl.testkit.simulation;

import io.whorl.api.Durability;
import io.whorl.core.version.Dot;
import java.util.BitSet;

/**
 * A write that happened: a coordinator made its dot and stored it.
 *
 * <p>{@code seen} are the numbers of the key's events that it had seen, directly or through those it had seen; exactly these it
 * replaces. {@code held} are the hosts that ever incorporated it or kept it as a hint, {@code lost} those of them that lost it.
 */
final class WriteEvent {
    final int number;
    final Dot dot;
    final ClientRequest request;
    final BitSet seen;
    final BitSet held = new BitSet();
    final BitSet lost = new BitSet();
    /** Those of them that lost it although it had been synced: with their disks, or to a flipped bit. */
    final BitSet lostForGood = new BitSet();

    private final BitSet released = new BitSet();
    /** For each host the number of the batch that brought it. */
    final long[] batches;

    boolean excused;

    WriteEvent(int number, Dot dot, ClientRequest request, BitSet seen, int hosts) {
        this.number = number;
        this.dot = dot;
        this.request = request;
        this.seen = seen;
        this.batches = new long[hosts];
    }

    boolean isDelete() {
        return request.value == null;
    }

    /** A host incorporates it, with the batch of that number. */
    void heldBy(int host, long batch) {
        held.set(host);
        released.clear(host);
        batches[host] = batch;
    }

    /**
     * A host has it no more.
     *
     * @param synced whether a sync would not have saved it
     */
    void lostBy(int host, boolean synced) {
        if (released.get(host)) {
            return;
        }
        lost.set(host);
        if (synced) {
            lostForGood.set(host);
        }
        batches[host] = Long.MAX_VALUE;
    }

    /** A host that had it as a hint has handed it over, and has it no more. */
    void releasedBy(int host) {
        released.set(host);
    }

    /** The removal of a host's hint was undone by a loss. */
    void returnedTo(int host) {
        released.clear(host);
    }

    /** Whether a host has it now, as a replica or as a hint. */
    boolean isHeldBy(int host) {
        return held.get(host) && batches[host] != Long.MAX_VALUE && !released.get(host);
    }

    /** Whether one host alone has it. */
    boolean isHeldOnlyBy(int host) {
        for (int other = held.nextSetBit(0); other >= 0; other = held.nextSetBit(other + 1)) {
            if (other != host && isHeldBy(other)) {
                return false;
            }
        }
        return isHeldBy(host);
    }

    /** The hosts whose losses excuse that it is lost: what was synced, a power loss does not excuse. */
    BitSet excuses() {
        return request.bucket.options().durability() == Durability.ASYNC ? lost : lostForGood;
    }

    @Override
    public String toString() {
        return dot + " by " + request;
    }
}
