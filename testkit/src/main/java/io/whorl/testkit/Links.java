package io.whorl.testkit;

import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Which links of a test cluster are cut, and which should therefore stand. */
final class Links {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long LOOK_AGAIN_NANOS = 500_000L;

    private record Link(int one, int other) implements Comparable<Link> {
        static Link between(int one, int other) {
            return new Link(Math.min(one, other), Math.max(one, other));
        }

        @Override
        public int compareTo(Link that) {
            return one != that.one ? Integer.compare(one, that.one) : Integer.compare(other, that.other);
        }
    }

    private final Set<Link> cut = new TreeSet<>();

    void cut(int one, int other) {
        cut.add(Link.between(one, other));
    }

    void heal() {
        cut.clear();
    }

    /**
     * Waits until every two running nodes whose link is not cut reach each other: connections take a moment after a start, and tests
     * want to begin with all of them.
     */
    void awaitUp(List<TestNode> nodes) {
        List<TestNode> running = nodes.stream().filter(TestNode::isRunning).toList();
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (TestNode here : running) {
            for (TestNode there : running) {
                NodeId peer = there.protocol().id();
                while (!cut.contains(Link.between(here.index(), there.index()))
                        && !here.protocol().isReachable(peer)) {
                    if (end - System.nanoTime() < 0) {
                        throw new AssertionError("node " + here.index() + " did not reach node " + there.index()
                                + " within 10 s, although the link is not cut");
                    }
                    LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
                }
            }
        }
    }
}
