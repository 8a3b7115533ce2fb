package io.whorl.internal.lane;

import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** Lanes with a thread each, whose work is also done by those who bring it; see {@link CombiningLane}. */
public final class CombiningLanes implements LaneGroup {
    private final CombiningLane cluster;
    private final List<CombiningLane> data = new ArrayList<>();
    private final List<Lane> dataView;

    /**
     * Starts the lanes.
     *
     * @param count how many lanes the partitions have; the cluster state has one more
     * @param threads makes a thread for each
     * @param capacity how many tasks may wait at each lane before it refuses
     * @param failures learns what tasks threw, on the thread that ran them
     */
    public CombiningLanes(int count, ThreadFactory threads, int capacity, Consumer<Throwable> failures) {
        this(count, threads, capacity, failures, List.of());
    }

    /**
     * Starts the lanes.
     *
     * @param count how many lanes the partitions have; the cluster state has one more
     * @param threads makes a thread for each
     * @param capacity how many tasks may wait at each lane before it refuses
     * @param failures learns what tasks threw, on the thread that ran them
     * @param carriers where several callers' work is done together: the event loops that send what comes of it; perhaps none
     */
    public CombiningLanes(
            int count,
            ThreadFactory threads,
            int capacity,
            Consumer<Throwable> failures,
            List<? extends Executor> carriers) {
        this.cluster = new CombiningLane(threads, capacity, failures, this::isCurrent, null);
        for (int i = 0; i < count; i++) {
            Executor carrier = carriers.isEmpty() ? null : carriers.get(i % carriers.size());
            data.add(new CombiningLane(threads, capacity, failures, this::isCurrent, carrier));
        }
        this.dataView = List.copyOf(data);
        cluster.start();
        data.forEach(CombiningLane::start);
    }

    @Override
    public Lane cluster() {
        return cluster;
    }

    @Override
    public List<Lane> data() {
        return dataView;
    }

    @Override
    public List<Integer> waiting() {
        return data.stream().map(CombiningLane::waiting).toList();
    }

    @Override
    public void close() {
        cluster.beginClose();
        data.forEach(CombiningLane::beginClose);
        cluster.awaitClosed();
        data.forEach(CombiningLane::awaitClosed);
    }
}
