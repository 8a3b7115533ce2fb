package io.whorl.core.coordinate;

import io.whorl.core.handoff.HintStore;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;

/** What a request may use of the lane it runs on. */
public interface RequestLane extends ReplicaLane {

    /** Enters a request, so that answers with its number reach it; its number. */
    long enter(Request request);

    /**
     * Enters a request that forwards a write, under a number of a sequence of its own which all lanes of this run share: the
     * receiver tells repeats by it.
     */
    long enterForward(Request request);

    /** Forgets a request; answers that still come are dropped. */
    void leave(long number);

    /** What this node keeps as a fallback. */
    HintStore hints();

    /** When the requests that are under way end at the latest. */
    Deadlines deadlines();

    /** The node's hybrid timestamps. */
    Timestamps timestamps();

    /** The largest record that a put may make, in bytes of values. */
    int maxRecordBytes();

    /** Takes note that a node let a request run out of time: it is asked last until it says something again, and probed now. */
    void unanswered(NodeId node);

    /**
     * Whether the node is to be asked last: {@link #unanswered} was noted of it, and it has said nothing since; or it is
     * suspected, or does not answer this node's probes.
     */
    boolean isSilent(NodeId node);

    /**
     * The slots of a bucket in a partition by the newest state that this lane knows.
     *
     * @param assumed the bucket as the request assumes it, in case this lane does not know it yet
     */
    KeySlots slots(ReplicaId id, BucketDefinition assumed);

    /**
     * Whether this node has stopped to be read in a partition, for good, since its slot's move is about to end: it neither answers reads
     * of it nor coordinates, until it knows the epoch that ends the move.
     */
    boolean hasStopped(int partition);

    /** How long nodes usually take to answer a read. */
    Latencies readLatencies();

    /** How long nodes usually take to acknowledge a write. */
    Latencies writeLatencies();

    /** Whether so many requests are under way that nothing is done which could be left out: hedges, read repair, background work. */
    boolean isBusy();
}
