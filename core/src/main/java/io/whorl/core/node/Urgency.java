package io.whorl.core.node;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long a message from a peer can wait: what can wait longest is refused first when a lane falls behind, so that what callers
 * wait for goes through. Source: runtime.md, "bounded everything".
 */
enum Urgency {
    /** Comes again by itself at the next round. */
    ANTI_ENTROPY(50),
    /** Hints handed over, which stay with the fallback until they are taken. */
    HINT(65),
    /** Records that nobody waits for, which anti-entropy brings otherwise. */
    REPAIR(80),
    /** What a caller somewhere waits for. */
    CALLER(100),
    /** Answers to questions of this node, whose number it bounds itself: always let in. */
    ANSWER(Integer.MAX_VALUE);

    private static final Map<Class<?>, Urgency> OF = new LinkedHashMap<>();

    static {
        OF.put(ReplicaMessage.Read.class, CALLER);
        OF.put(ReplicaMessage.ReadAnswer.class, ANSWER);
        OF.put(ReplicaMessage.Replicate.class, CALLER);
        OF.put(ReplicaMessage.Acknowledge.class, ANSWER);
        OF.put(ReplicaMessage.Refuse.class, ANSWER);
        OF.put(ReplicaMessage.Forward.class, CALLER);
        OF.put(ReplicaMessage.ForwardDone.class, ANSWER);
        OF.put(ReplicaMessage.ForwardFailed.class, ANSWER);
        OF.put(ReplicaMessage.Pull.class, ANTI_ENTROPY);
        OF.put(ReplicaMessage.PullAnswer.class, ANSWER);
        OF.put(ReplicaMessage.Stream.class, ANTI_ENTROPY);
        OF.put(ReplicaMessage.StreamAnswer.class, ANSWER);
        OF.put(HintMessage.Keep.class, CALLER);
        OF.put(HintMessage.HandOver.class, HINT);
        OF.put(HintMessage.HandedOver.class, ANSWER);
        OF.put(RepairMessage.Summary.class, ANTI_ENTROPY);
        OF.put(RepairMessage.SummaryAnswer.class, ANSWER);
        OF.put(RepairMessage.Push.class, ANTI_ENTROPY);
        OF.put(RepairMessage.PushAnswer.class, ANSWER);
    }

    private final int percent;

    Urgency(int percent) {
        this.percent = percent;
    }

    /** How full a queue may be, of a hundred, and still take such a message. */
    int percent() {
        return percent;
    }

    /** How urgent a message is. A record that nobody waits for is of no caller, whatever carries it. */
    static Urgency of(Message message) {
        Urgency urgency = OF.getOrDefault(message.getClass(), CALLER);
        boolean record = message instanceof ReplicaMessage.Replicate || message instanceof HintMessage.Keep;
        return record && MessageSizes.timeoutNanos(message) == 0 ? REPAIR : urgency;
    }

    /** How urgent messages of this kind are; null if it has no place here. */
    static Urgency ofKind(Class<?> kind) {
        return OF.get(kind);
    }
}
