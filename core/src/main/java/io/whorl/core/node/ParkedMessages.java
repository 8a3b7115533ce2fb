package io.whorl.core.node;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Messages that wait until their lane knows the cluster state that they are about; bounded by count and bytes. */
final class ParkedMessages {
    private static final int MOST = 1_024;

    private final long mostBytes;
    private final List<Parked> messages = new ArrayList<>();
    private long bytes;

    /** One message, and since when it waits. */
    record Parked(NodeId from, long run, long asOf, ReplicaMessage message, long since) {}

    ParkedMessages(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Keeps a message; false if there is no room. */
    boolean park(NodeId from, long run, long asOf, ReplicaMessage message, long now) {
        long size = MessageSizes.bytes(message);
        boolean room = messages.isEmpty() || (messages.size() < MOST && bytes + size <= mostBytes);
        if (room) {
            bytes += size;
            messages.add(new Parked(from, run, asOf, message, now));
        }
        return room;
    }

    /** All of them, in the order they came; none is left. */
    List<Parked> takeAll() {
        List<Parked> taken = List.copyOf(messages);
        messages.clear();
        bytes = 0;
        return taken;
    }
}
