package io.whorl.internal;

import io.whorl.api.NodeStatus;
import io.whorl.api.RequestInterruptedException;
import io.whorl.core.node.LaneStatus;
import io.whorl.core.node.Node;
import io.whorl.core.ring.Address;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a node's lanes how they are, and waits for them, but not for ever: a lane that hangs is what a status has to tell of. */
final class StatusDesk {
    private static final Logger LOG = LoggerFactory.getLogger(StatusDesk.class);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Node node;
    private final Address address;
    private final int lanes;
    private final Requests requests;
    private final Supplier<Optional<String>> stopped;

    /**
     * @param lanes how many lanes there are
     * @param stopped why the node has stopped, if it has
     */
    StatusDesk(Node node, Address address, int lanes, Requests requests, Supplier<Optional<String>> stopped) {
        this.node = node;
        this.address = address;
        this.lanes = lanes;
        this.requests = requests;
        this.stopped = stopped;
    }

    /** Waits for the lanes. */
    NodeStatus await() {
        requests.requireMayWait();
        Queue<LaneStatus> answers = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(lanes);
        if (stopped.get().isEmpty()) {
            node.examine(answer -> {
                answers.add(answer);
                left.countDown();
            });
            try {
                if (!left.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                    LOG.debug("{} of {} lanes of node {} did not say how they are", left.getCount(), lanes, node.id());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RequestInterruptedException("status: the calling thread was interrupted while it waited");
            }
        }
        return of(answers);
    }

    /** Completes on the callback executor, when the lanes have answered or their time is up. */
    CompletableFuture<NodeStatus> ask() {
        Queue<LaneStatus> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(lanes);
        CompletableFuture<NodeStatus> future = new CompletableFuture<>();
        Runnable finish = () -> future.complete(of(answers));
        requests.later(PATIENCE_NANOS, finish, finish);
        node.examine(answer -> {
            answers.add(answer);
            if (left.decrementAndGet() == 0) {
                requests.callbacks().run(finish);
            }
        });
        return future;
    }

    private NodeStatus of(Queue<LaneStatus> answers) {
        return new StatusReading(node, address, lanes, stopped.get()).of(answers);
    }
}
