package io.whorl.testkit;

import io.whorl.core.message.LivenessMessage.Status;
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

    /** Waits until a node holds a member, which does not run, to be suspect at least. */
    void awaitMissed(TestNode node, NodeId member) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (node.protocol().liveness().stream()
                .anyMatch(each -> each.member().equals(member) && each.status() == Status.ALIVE)) {
            if (end - System.nanoTime() < 0) {
                throw new AssertionError("node " + node.index() + " still holds " + member + " alive after 10 s");
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
        }
    }

    /**
     * Waits until running nodes reach each other exactly where the link is not cut, and no node that is down. Connections take a moment
     * to stand and to fall; tests want to go on from a state they know.
     */
    void awaitSettled(List<TestNode> nodes) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (TestNode here : nodes) {
            for (TestNode there : nodes) {
                boolean wanted = there.isRunning() && !cut.contains(Link.between(here.index(), there.index()));
                NodeId peer = there.protocol().id();
                while (here != there && here.isRunning() && here.protocol().isReachable(peer) != wanted) {
                    if (end - System.nanoTime() < 0) {
                        throw new AssertionError("node " + here.index() + (wanted ? " did not reach" : " still reached")
                                + " node " + there.index() + " after 10 s");
                    }
                    LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
                }
            }
        }
    }
}
