package io.whorl.core.message;

import io.whorl.core.version.DotSet;
import java.util.List;

/**
 * What nodes say to each other of a partition whose slots change: who has to have what before a move may end, or a former holder may
 * drop what it has.
 */
public sealed interface MoveMessage extends Message {
    /** Of which partition. */
    int partition();

    /** The epoch of the last change of its slots, which the answering node has to know, durably. */
    long changed();

    /**
     * What have you of this partition? Not answered before the receiver knows that epoch, which is repeated until then.
     *
     * @param stop the receiver is to be read no more, durably, before it answers: it is the outgoing holder of a moving slot, or one of
     *     the holders of a partition that gets a slot more
     */
    record Ask(int partition, long changed, boolean stop) implements MoveMessage {}

    /**
     * Answer to {@link Ask}.
     *
     * @param stopped the receiver is read no more, durably
     * @param replicas those that the sender holds as a complete holder and can count on, as they were after it stopped
     */
    record Told(int partition, long changed, boolean stopped, List<Held> replicas) implements MoveMessage {
        public Told {
            replicas = List.copyOf(replicas);
        }
    }

    /** What a complete holder has seen of a bucket, and how much of that it has durably. */
    record Held(long bucket, DotSet seen, DotSet durable) {}
}
