package io.whorl.testkit.simulation;

import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RepairMessage;
import java.util.EnumMap;

/** How much was sent of what: messages, and their bytes as frames on the wire, without the headers of TCP and IP. */
final class Traffic {
    /** Length, checksum and kind of a frame. */
    static final int FRAME_BYTES = 9;

    /** What a message is sent for. */
    enum Purpose {
        /** To find out who is alive. */
        PROBES,
        /** To find out what replicas lack. */
        SUMMARIES,
        /** To spread a cluster state. */
        STATES,
        /** To agree on the next one, and to have it proposed. */
        AGREEMENT,
        /** To carry moves out. */
        MOVES,
        /** Records, and all else. */
        OTHERS
    }

    private final EnumMap<Purpose, Long> messages = new EnumMap<>(Purpose.class);
    private final EnumMap<Purpose, Long> bytes = new EnumMap<>(Purpose.class);

    void sent(Message message, int envelopeBytes) {
        Purpose purpose = of(message);
        messages.merge(purpose, 1L, Long::sum);
        bytes.merge(purpose, (long) envelopeBytes + FRAME_BYTES, Long::sum);
    }

    private static Purpose of(Message message) {
        if (message instanceof LivenessMessage) {
            return Purpose.PROBES;
        } else if (message instanceof RepairMessage) {
            return Purpose.SUMMARIES;
        } else if (message instanceof ClusterMessage.State || message instanceof ClusterMessage.FetchState) {
            return Purpose.STATES;
        } else if (message instanceof AgreementMessage || message instanceof ChangeMessage) {
            return Purpose.AGREEMENT;
        } else if (message instanceof MoveMessage) {
            return Purpose.MOVES;
        }
        return Purpose.OTHERS;
    }

    long messages(Purpose purpose) {
        return messages.getOrDefault(purpose, 0L);
    }

    long bytes(Purpose purpose) {
        return bytes.getOrDefault(purpose, 0L);
    }

    long messages() {
        return messages.values().stream().mapToLong(Long::longValue).sum();
    }

    long bytes() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What there is now, to be compared with later. */
    Traffic copy() {
        Traffic copy = new Traffic();
        copy.messages.putAll(messages);
        copy.bytes.putAll(bytes);
        return copy;
    }

    /** What was sent since that copy was made. */
    Traffic since(Traffic earlier) {
        Traffic since = new Traffic();
        for (Purpose purpose : Purpose.values()) {
            since.messages.put(purpose, messages(purpose) - earlier.messages(purpose));
            since.bytes.put(purpose, bytes(purpose) - earlier.bytes(purpose));
        }
        return since;
    }
}
