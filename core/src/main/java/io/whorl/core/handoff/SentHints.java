package io.whorl.core.handoff;

import io.whorl.core.message.HintMessage;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A batch of hints on its way to those who are to have it, one after the other.
 *
 * @param request the number under which the first of them was asked
 * @param replica whose hints they are
 * @param changed the epoch of the last change of the slots, from which follows who is to have them
 * @param to who has not answered yet, the one that was asked first
 * @param batch the hints
 * @param keys the keys of those versions that all who have answered have
 * @param grant the least that one of them will take next, in bytes
 * @param pause the longest that one of them asks for, in nanoseconds
 */
record SentHints(
        long request,
        ReplicaId replica,
        long changed,
        List<NodeId> to,
        HintShelf.Batch batch,
        Map<Long, byte[]> keys,
        int grant,
        long pause) {

    static SentHints first(long request, ReplicaId replica, long changed, List<NodeId> to, HintShelf.Batch batch) {
        Map<Long, byte[]> keys = new LinkedHashMap<>();
        batch.hints().forEach(hint -> keys.put(hint.version(), hint.key()));
        return new SentHints(request, replica, changed, to, batch, keys, Integer.MAX_VALUE, 0);
    }

    /** On its way to the next one. */
    SentHints onward(long next) {
        return new SentHints(next, replica, changed, to.subList(1, to.size()), batch, keys, grant, pause);
    }

    /** After an answer. */
    SentHints taken(HintMessage.HandedOver answer) {
        Map<Long, byte[]> taken = new LinkedHashMap<>(keys);
        taken.keySet().retainAll(new TreeSet<>(answer.versions()));
        int least = Math.min(grant, answer.grantBytes());
        return new SentHints(request, replica, changed, to, batch, taken, least, Math.max(pause, answer.pauseNanos()));
    }
}
