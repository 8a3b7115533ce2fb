package io.whorl.internal;

import io.whorl.api.NodeEvent;
import io.whorl.api.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who listen to a node's events. Events come from lanes, which must not wait: each subscriber has a bounded queue, which one
 * task on the callback executor empties, so that it is told of events in their order and never of two at once.
 */
final class Subscribers {
    /** How many events wait for a subscriber before the oldest of them are given up. */
    static final int MOST_WAITING = 1_024;

    /** After so many in a row the executor may do something else before it goes on. */
    private static final int AT_ONCE = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

    private final Callbacks callbacks;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private volatile NodeEvent.NodeStopped stopped;

    Subscribers(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    /** Adds one; if the node has stopped already, it is told that and nothing else. */
    Subscription add(Consumer<? super NodeEvent> consumer) {
        Subscriber subscriber = new Subscriber(Objects.requireNonNull(consumer, "subscriber"));
        subscribers.add(subscriber);
        NodeEvent last = stopped;
        // Also removed by the end itself, if it came in between; whoever removes it tells it.
        if (last != null && subscribers.remove(subscriber)) {
            subscriber.tell(last);
        }
        return subscriber;
    }

    /** Tells all of them, later. */
    void publish(NodeEvent event) {
        if (stopped == null) {
            subscribers.forEach(subscriber -> subscriber.tell(event));
        }
    }

    /** Tells all of them that the node has stopped, and nothing after it. */
    void end(NodeEvent.NodeStopped event) {
        stopped = event;
        for (Subscriber subscriber : subscribers) {
            if (subscribers.remove(subscriber)) {
                subscriber.tell(event);
            }
        }
    }

    private final class Subscriber implements Subscription {
        private final Consumer<? super NodeEvent> consumer;
        private final Deque<NodeEvent> waiting = new ArrayDeque<>();
        private long missed;
        private boolean busy;
        private boolean ended;
        private volatile boolean closed;

        Subscriber(Consumer<? super NodeEvent> consumer) {
            this.consumer = consumer;
        }

        void tell(NodeEvent event) {
            boolean idle;
            synchronized (waiting) {
                if (ended) {
                    return;
                }
                ended = event instanceof NodeEvent.NodeStopped;
                if (waiting.size() == MOST_WAITING) {
                    waiting.remove();
                    missed++;
                }
                waiting.add(event);
                idle = !busy;
                busy = true;
            }
            if (idle) {
                callbacks.run(this::deliver);
            }
        }

        private void deliver() {
            for (int i = 0; i < AT_ONCE; i++) {
                NodeEvent next = next();
                if (next == null) {
                    return;
                }
                deliver(next);
            }
            callbacks.run(this::deliver);
        }

        /** What comes next; null, and nobody delivers any more, if nothing waits. What was missed lies before what waits. */
        private NodeEvent next() {
            synchronized (waiting) {
                if (missed > 0) {
                    NodeEvent gap = new NodeEvent.EventsMissed(missed);
                    missed = 0;
                    return gap;
                }
                busy = !waiting.isEmpty();
                return waiting.poll();
            }
        }

        private void deliver(NodeEvent event) {
            if (closed) {
                return;
            }
            try {
                consumer.accept(event);
            } catch (RuntimeException | Error e) {
                LOG.warn("a subscriber threw when it was told {}; it is told of the next event all the same", event, e);
            }
        }

        @Override
        public void close() {
            closed = true;
            subscribers.remove(this);
        }
    }
}
