package io.whorl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.NodeEvent;
import io.whorl.api.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SubscribersTest {
    private static final NodeEvent.NodeStopped END = new NodeEvent.NodeStopped("closed");

    private final Deque<Runnable> executor = new ArrayDeque<>();
    private final Subscribers subscribers = new Subscribers(callbacks(executor::add));
    private final List<NodeEvent> told = new ArrayList<>();

    private static Callbacks callbacks(Executor executor) {
        return new Callbacks(Optional.of(executor), Thread::new);
    }

    private static NodeEvent event(int number) {
        return new NodeEvent.MemberDied("node " + number);
    }

    private void runAll() {
        while (!executor.isEmpty()) {
            executor.remove().run();
        }
    }

    @Test
    void events_come_in_their_order_on_the_callback_executor() {
        subscribers.add(told::add);
        for (int i = 0; i < 200; i++) {
            subscribers.publish(event(i));
        }
        assertThat(told).isEmpty();
        assertThat(executor).as("one task for all that wait").hasSize(1);
        runAll();
        assertThat(told).hasSize(200).startsWith(event(0), event(1), event(2)).endsWith(event(199));
        subscribers.publish(event(200));
        runAll();
        assertThat(told).hasSize(201);
    }

    @Test
    void a_slow_subscriber_misses_the_oldest_and_is_told_how_many() {
        subscribers.add(told::add);
        for (int i = 0; i < Subscribers.MOST_WAITING + 5; i++) {
            subscribers.publish(event(i));
        }
        runAll();
        assertThat(told)
                .startsWith(new NodeEvent.EventsMissed(5), event(5), event(6))
                .endsWith(event(Subscribers.MOST_WAITING + 4))
                .hasSize(Subscribers.MOST_WAITING + 1);
    }

    @Test
    void what_a_subscriber_throws_reaches_nobody() {
        subscribers.add(event -> {
            throw new AssertionError("deliberate");
        });
        subscribers.add(told::add);
        subscribers.publish(event(1));
        subscribers.publish(event(2));
        runAll();
        assertThat(told).containsExactly(event(1), event(2));
    }

    @Test
    void the_end_is_the_last_event_also_for_those_who_come_later() {
        subscribers.add(told::add);
        subscribers.publish(event(1));
        subscribers.end(END);
        subscribers.publish(event(2));
        runAll();
        assertThat(told).containsExactly(event(1), END);
        List<NodeEvent> late = new ArrayList<>();
        subscribers.add(late::add);
        runAll();
        assertThat(late).containsExactly(END);
    }

    @Test
    void who_has_closed_is_told_nothing_more() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        own.set(subscribers.add(event -> {
            told.add(event);
            own.get().close();
        }));
        subscribers.publish(event(1));
        subscribers.publish(event(2));
        runAll();
        subscribers.publish(event(3));
        runAll();
        own.get().close();
        assertThat(told).containsExactly(event(1));
    }

    @Test
    void an_executor_that_runs_tasks_at_once_or_refuses_them_throws_nothing_at_the_node() throws Exception {
        Callbacks direct = callbacks(Runnable::run);
        direct.run(() -> {
            throw new IllegalStateException("deliberate");
        });
        AtomicReference<Thread> ran = new AtomicReference<>();
        AtomicReference<Thread> made = new AtomicReference<>();
        Callbacks refusing = new Callbacks(
                Optional.of(task -> {
                    throw new RejectedExecutionException("deliberate");
                }),
                task -> {
                    made.set(new Thread(task));
                    return made.get();
                });
        refusing.run(() -> ran.set(Thread.currentThread()));
        made.get().join();
        assertThat(ran.get()).isSameAs(made.get());
    }
}
