package io.whorl.testkit;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Waits until the running nodes know the same epoch, and nothing moves or has to. */
final class Settling {
    private static final long LOOK_AGAIN_NANOS = 5_000_000L;

    private final List<TestNode> nodes;

    Settling(List<TestNode> nodes) {
        this.nodes = nodes;
    }

    void await(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Optional<String> unrest = unrest();
        while (unrest.isPresent()) {
            if (end - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the cluster did not come to rest within " + patience + ": " + unrest.get());
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
            unrest = unrest();
        }
    }

    private Optional<String> unrest() {
        ClusterState newest = null;
        for (TestNode node : nodes) {
            if (node.isRunning()) {
                ClusterState state = node.protocol().state().orElseThrow();
                if (!Progress.isAtRest(state)) {
                    return Optional.of("node " + node.index() + " knows epoch " + state.epoch() + " with "
                            + Progress.slotsLeft(state) + " slots to move, "
                            + state.layout().moves() + ", "
                            + state.layout().retiring().size() + " to drop, members " + state.members());
                }
                if (newest != null && newest.epoch() != state.epoch()) {
                    return Optional.of("node " + node.index() + " knows epoch " + state.epoch() + ", another node "
                            + newest.epoch());
                }
                newest = state;
            }
        }
        if (newest == null) {
            throw new IllegalStateException("no node is running; restart some before waiting for rest");
        }
        return Optional.empty();
    }
}
