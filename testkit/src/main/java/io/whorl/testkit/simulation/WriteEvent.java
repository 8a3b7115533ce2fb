package io.whorl.testkit.simulation;

import io.whorl.core.version.Dot;
import java.util.BitSet;

/**
 * A write that happened: a coordinator made its dot and stored it.
 *
 * <p>{@code seen} are the numbers of the key's events that it had seen, directly or through those it had seen; exactly these it
 * replaces. {@code held} are the hosts that ever incorporated it, {@code lost} those of them that lost it in a power loss.
 */
final class WriteEvent {
    final int number;
    final Dot dot;
    final ClientRequest request;
    final BitSet seen;
    final BitSet held = new BitSet();
    final BitSet lost = new BitSet();
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
        batches[host] = batch;
    }

    /** A power loss undid that. */
    void lostBy(int host) {
        lost.set(host);
        batches[host] = Long.MAX_VALUE;
    }

    @Override
    public String toString() {
        return dot + " by " + request;
    }
}
