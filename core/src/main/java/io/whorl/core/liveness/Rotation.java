package io.whorl.core.liveness;

import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The order in which members are probed: each once per turn, every turn in another order (SWIM, section 4.3). */
final class Rotation {
    private final RandomSource random;
    private final List<NodeId> left = new ArrayList<>();

    Rotation(RandomSource random) {
        this.random = random;
    }

    /** Whom to probe next; empty if there is nobody. */
    Optional<NodeId> next(Collection<NodeId> members) {
        while (true) {
            if (left.isEmpty()) {
                if (members.isEmpty()) {
                    return Optional.empty();
                }
                left.addAll(shuffled(members));
            }
            NodeId next = left.remove(left.size() - 1);
            if (members.contains(next)) {
                return Optional.of(next);
            }
        }
    }

    /** The members in a random order. */
    List<NodeId> shuffled(Collection<NodeId> members) {
        List<NodeId> order = new ArrayList<>(members);
        for (int i = order.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            NodeId moved = order.get(i);
            order.set(i, order.get(other));
            order.set(other, moved);
        }
        return order;
    }
}
