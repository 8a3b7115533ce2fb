package io.whorl.core.node;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests of peers that wait until their lane knows the cluster state that they are about, each with the epoch that it was made in;
 * bounded by count and bytes.
 */
final class ParkedMessages {
    private static final int MOST = 1_024;

    private final long mostBytes;
    private final List<Parked> messages = new ArrayList<>();
    private long bytes;

    /** One message, its epoch, as of which freeze it speaks, since when it waits, and what it is traced by. */
    record Parked(NodeId from, long run, long epoch, long asOf, ReplicaMessage message, long since, Lane.Trace trace) {
        boolean isExpired(long now) {
            long timeout = MessageSizes.timeoutNanos(message);
            return timeout > 0 && now - since >= timeout;
        }
    }

    ParkedMessages(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Keeps a message; false if there is no room, not even in the place of those for which nobody waits any more. */
    boolean park(Parked parked, long now) {
        long size = MessageSizes.bytes(parked.message);
        if (!hasRoom(size)) {
            messages.removeIf(each -> each.isExpired(now));
            bytes = messages.stream()
                    .mapToLong(each -> MessageSizes.bytes(each.message))
                    .sum();
        }
        boolean room = hasRoom(size);
        if (room) {
            bytes += size;
            messages.add(parked);
        }
        return room;
    }

    private boolean hasRoom(long size) {
        return messages.isEmpty() || (messages.size() < MOST && bytes + size <= mostBytes);
    }

    /** All of them, in the order they came; none is left. */
    List<Parked> takeAll() {
        List<Parked> taken = List.copyOf(messages);
        messages.clear();
        bytes = 0;
        return taken;
    }
}
