package io.whorl.internal;

import io.whorl.StopReason;
import io.whorl.api.NodeEvent;
import io.whorl.core.node.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a node, which happens once, whoever asks for it and however often: door, protocol, network, lanes, disk, callbacks, in
 * this order. What fails to close is logged and does not keep the rest from being closed.
 */
final class NodeEnd {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEnd.class);
    private static final long REST_SECONDS = 30;

    private final Node node;
    private final NodeParts parts;
    private final Callbacks callbacks;
    private final Subscribers subscribers;
    private final Requests requests;
    private final InFlight inFlight;
    private final AtomicReference<StopReason> reason = new AtomicReference<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<StopReason> stopped = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);

    NodeEnd(
            Node node,
            NodeParts parts,
            Callbacks callbacks,
            Subscribers subscribers,
            Requests requests,
            InFlight inFlight) {
        this.node = node;
        this.parts = parts;
        this.callbacks = callbacks;
        this.subscribers = subscribers;
        this.requests = requests;
        this.inFlight = inFlight;
    }

    /** Why the node ends; null while it does not. */
    StopReason reason() {
        return reason.get();
    }

    CompletionStage<StopReason> stopped() {
        return stopped.minimalCompletionStage();
    }

    /** Shuts the door, without waiting; the first reason counts. */
    void refuse(StopReason why) {
        reason.compareAndSet(null, why);
        inFlight.close();
    }

    /** Ends the node, unless somebody else does or did, in which case this returns at once. */
    void stop(StopReason why, Duration drain, Consumer<StopReason> whenRefused) {
        refuse(why);
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        StopReason first = reason.get();
        whenRefused.accept(first);
        if (!drain.isZero() && !inFlight.awaitEmpty(drain.toNanos())) {
            LOG.warn("requests are still under way after {}; they fail, their outcome unknown", drain);
        }
        requests.abandonLater();
        try {
            closeNode();
        } catch (RuntimeException | Error e) {
            LOG.error("the protocol of node {} could not be closed", node.id(), e);
        }
        parts.close();
        requests.end();
        LOG.info("node {} has stopped: {}", node.id(), first.message());
        subscribers.end(new NodeEvent.NodeStopped(first.message()));
        callbacks.run(() -> stopped.complete(first));
        callbacks.close();
        over.countDown();
    }

    /** Waits until the node has ended; not on a thread that the end itself waits for. */
    void await() {
        boolean interrupted = false;
        while (!callbacks.isOwnThread()) {
            try {
                over.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeNode() {
        CountDownLatch atRest = new CountDownLatch(1);
        node.close(atRest::countDown);
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS);
        while (atRest.getCount() > 0 && end - System.nanoTime() > 0) {
            try {
                if (!atRest.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn(
                            "node {} did not come to rest within {} s; its ports are closed all the same",
                            node.id(),
                            REST_SECONDS);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
