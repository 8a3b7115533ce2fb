package io.whorl.core.message;

import io.whorl.core.ring.NodeId;
import java.util.List;

/**
 * What members say to each other to find out who is alive. {@code number} is the asker's number for its question, echoed in the
 * answer; {@code incarnation} is the sender's own; {@code news} rides along.
 */
public sealed interface LivenessMessage extends ClusterMessage {
    /** The most news that one message carries. */
    int MOST_NEWS = 64;

    /** The number of the question. */
    long number();

    /** The sender's own incarnation, which only itself raises. */
    long incarnation();

    /** What the sender has heard of members lately, what it holds of the receiver first. */
    List<News> news();

    /** What is said of a member's run. */
    enum Status {
        /** It answers, or has not been asked yet. */
        ALIVE,
        /** It does not answer; it counts as dead unless it contradicts in time. */
        SUSPECT,
        /** It has not contradicted in time. */
        DEAD
    }

    /**
     * What somebody says of a member.
     *
     * @param member of whom
     * @param run of which run of it
     * @param incarnation how often the member had contradicted when this was said; what is said of an earlier incarnation is void
     * @param status what is said
     * @param by whose own finding it is
     */
    record News(NodeId member, long run, long incarnation, Status status, NodeId by) {}

    /** Are you there? */
    record Probe(long number, long incarnation, List<News> news) implements LivenessMessage {}

    /** Answer to {@link Probe}: yes. */
    record ProbeAnswer(long number, long incarnation, List<News> news) implements LivenessMessage {}

    /** Asks the receiver to probe another member, and to tell that member what the sender holds of it. */
    record IndirectProbe(long number, long incarnation, News target, List<News> news) implements LivenessMessage {}

    /** Answer to {@link IndirectProbe}: this run of the member answered, and gave this incarnation. */
    record IndirectAnswer(
            long number, long incarnation, NodeId target, long targetRun, long targetIncarnation, List<News> news)
            implements LivenessMessage {}

    /** Answer to {@link IndirectProbe}: the receiver is well, but has no answer of the member yet. */
    record Nack(long number, long incarnation, List<News> news) implements LivenessMessage {}
}
