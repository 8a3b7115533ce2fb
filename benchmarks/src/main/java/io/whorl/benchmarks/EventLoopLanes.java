package io.whorl.benchmarks;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.whorl.core.spi.Lane;
import io.whorl.internal.lane.LaneGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Lanes that are Netty's event loops, the same that serve the sockets: what arrives on a loop's connection needs no hand-over. */
final class EventLoopLanes implements LaneGroup {
    private final EventLoopGroup group;
    private final List<Lane> lanes = new ArrayList<>();

    EventLoopLanes(int count, ThreadFactory threads, int capacity, Consumer<Throwable> failures) {
        group = new MultiThreadIoEventLoopGroup(count, threads, NioIoHandler.newFactory());
        for (EventExecutor loop : group) {
            lanes.add(new LoopLane(loop, capacity, failures));
        }
    }

    /** The event loops, for a transport. */
    EventLoopGroup group() {
        return group;
    }

    @Override
    public Lane cluster() {
        return lanes.get(0);
    }

    @Override
    public List<Lane> data() {
        return lanes;
    }

    @Override
    public List<Integer> waiting() {
        return lanes.stream().map(lane -> ((LoopLane) lane).waiting.get()).toList();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class LoopLane implements Lane {
        private final EventExecutor loop;
        private final int capacity;
        private final Consumer<Throwable> failures;
        private final AtomicInteger waiting = new AtomicInteger();

        LoopLane(EventExecutor loop, int capacity, Consumer<Throwable> failures) {
            this.loop = loop;
            this.capacity = capacity;
            this.failures = failures;
        }

        @Override
        public boolean offer(Runnable task) {
            if (waiting.get() >= capacity || loop.isShuttingDown()) {
                return false;
            }
            execute(task);
            return true;
        }

        @Override
        public void execute(Runnable task) {
            waiting.incrementAndGet();
            try {
                loop.execute(() -> {
                    waiting.decrementAndGet();
                    run(task);
                });
            } catch (RejectedExecutionException e) {
                waiting.decrementAndGet();
            }
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            try {
                ScheduledFuture<?> future = loop.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            } catch (RejectedExecutionException e) {
                return () -> {};
            }
        }

        @Override
        public boolean isCurrent() {
            return loop.inEventLoop();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        private void run(Runnable task) {
            try {
                task.run();
            } catch (Throwable thrown) {
                failures.accept(thrown);
            }
        }
    }
}
