package io.whorl.core.repair;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.core.message.Message;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.DurableLine;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Nodes of one lane each that do nothing but repair: real replicas, over a network and a clock that the test controls. */
final class RepairBench {
    static final long INTERVAL = 1_000_000_000L;
    private static final long LATENCY = 1_000_000L;

    final List<Side> sides = new ArrayList<>();
    final ClusterState state;
    final BucketDefinition bucket;
    final List<Sent> sent = new ArrayList<>();
    Predicate<Sent> loses = message -> false;
    /** How much longer a message takes, and how much longer its repeat, which is lost if negative. */
    Supplier<long[]> delays = () -> new long[] {0, -1};

    long bytesPerSecond = 1L << 30;
    int batchBytes = 1 << 20;
    long dotLogLimit = 1_000_000;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long numbers;
    private long runs;

    record Sent(Side from, Side to, Message message) {
        boolean is(Class<?> kind) {
            return kind.isInstance(message);
        }
    }

    private record Event(long at, long number, Runnable task) {}

    RepairBench(int count, int partitions) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            members.add(Member.of(new NodeId(i), new Address("n" + i, 1)));
        }
        state = ClusterState.found(new ClusterId(1), "bench", members, partitions, List.of())
                .after(new Change.CreateBucket(
                        "b", BucketOptions.builder().replicas(count).build()))
                .state();
        bucket = state.buckets().get(0);
        members.forEach(member -> sides.add(new Side(member.id())));
    }

    RepairBench start() {
        sides.forEach(Side::start);
        sides.forEach(side -> sides.stream().filter(other -> other != side).forEach(side::meet));
        return this;
    }

    private void schedule(long delay, Runnable task) {
        events.add(new Event(now + delay, numbers++, task));
    }

    void run(double intervals) {
        long end = now + (long) (intervals * INTERVAL);
        while (!events.isEmpty() && events.peek().at <= end) {
            Event event = events.remove();
            now = event.at;
            event.task.run();
        }
        now = end;
    }

    long count(Class<?> kind) {
        return sent.stream().filter(message -> message.is(kind)).count();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One node. */
    final class Side implements ReplicaLane, Lane {
        final NodeId id;
        TestStorage storage = new TestStorage();
        AntiEntropy repair;
        Meters meters = new Meters();
        DurableLine durable;
        GroupCommit commits;
        final TreeMap<ReplicaId, Replica> replicas = new TreeMap<>();
        final List<NodeEvent> happened = new ArrayList<>();
        final List<Side> linked = new ArrayList<>();
        int underWay;
        Optional<PlantedBug> bug = Optional.empty();
        long run;

        Side(NodeId id) {
            this.id = id;
        }

        void start() {
            run = ++runs;
            long mine = run;
            meters = new Meters();
            commits = new GroupCommit(this, storage, () -> {});
            durable = new DurableLine(this, storage, INTERVAL / 10, failure -> {
                throw failure;
            });
            repair = new AntiEntropy(
                    this, () -> ++numbers, new RepairSettings(INTERVAL, batchBytes, bytesPerSecond, dotLogLimit));
            replicas.clear();
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                ReplicaId replicaId = new ReplicaId(bucket.number(), partition);
                Replica replica = Replica.open(
                        replicaId, bucket, storage, new Actor(run, 0, Role.REPLICA), ClosedRuns.none(), bug);
                replicas.put(replicaId, replica);
                repair.add(replica);
                TreeSet<NodeId> others =
                        new TreeSet<>(state.replicaNodes(bucket, replica.id().partition()));
                others.remove(id);
                repair.peers(replica.id(), new Peers(others, others, others, new TreeSet<>()));
                durable.touched(replica);
            }
            round(mine);
        }

        private void round(long mine) {
            RepairBench.this.schedule(INTERVAL, () -> {
                if (run == mine) {
                    repair.round();
                    round(mine);
                }
            });
        }

        /** The process is gone, with all that was not synced. */
        void crash() {
            kill();
            storage = storage.after(storage.durable());
        }

        /** The process is gone; what it has stored stays. */
        void kill() {
            sides.forEach(this::part);
            run = 0;
        }

        void meet(Side other) {
            if (run != 0 && other.run != 0 && !linked.contains(other)) {
                linked.add(other);
                other.linked.add(this);
                repair.connected(other.id, other.run);
                other.repair.connected(id, run);
            }
        }

        void part(Side other) {
            if (linked.remove(other)) {
                other.linked.remove(this);
                repair.disconnected(other.id);
                other.repair.disconnected(id);
            }
        }

        Replica replica(int partition) {
            return replicas.get(new ReplicaId(bucket.number(), partition));
        }

        void put(int partition, String key, String value) {
            replica(partition).write(bytes(key), new Write(bytes(value), null, 0), now);
            durable.touched(replica(partition));
        }

        void delete(int partition, String key) {
            replica(partition).write(bytes(key), new Write(null, null, 0), now);
            durable.touched(replica(partition));
        }

        long count(Counter counter) {
            return meters.get(counter);
        }

        private void received(Side from, long fromRun, Message message) {
            if (message instanceof RepairMessage.Summary m) {
                repair.heard(from.id, fromRun, state.epoch(), m);
            } else if (message instanceof RepairMessage.SummaryAnswer m) {
                repair.answered(from.id, state.epoch(), m);
            } else if (message instanceof RepairMessage.PushAnswer m) {
                repair.answered(from.id, m);
            } else if (message instanceof RepairMessage.Push m) {
                repair.serve(from.id, fromRun, replicas.get(m.replica()), m);
            } else if (message instanceof ReplicaMessage.Pull m) {
                repair.serve(from.id, fromRun, replicas.get(m.replica()), m);
            } else if (message instanceof ReplicaMessage.Stream m) {
                repair.serve(from.id, fromRun, replicas.get(m.replica()), m);
            } else {
                repair.answered(from.id, (ReplicaMessage) message);
            }
        }

        @Override
        public double load() {
            return 0;
        }

        @Override
        public boolean hasSpace() {
            return true;
        }

        @Override
        public NodeId self() {
            return id;
        }

        @Override
        public ClusterState state() {
            return state;
        }

        @Override
        public Lane lane() {
            return this;
        }

        @Override
        public Optional<Replica> replica(ReplicaId replicaId) {
            return Optional.ofNullable(replicas.get(replicaId));
        }

        @Override
        public boolean isReachable(NodeId node) {
            return linked.stream().anyMatch(each -> each.id.equals(node));
        }

        @Override
        public SendResult send(NodeId to, Message message) {
            Optional<Side> other =
                    linked.stream().filter(each -> each.id.equals(to)).findFirst();
            if (other.isEmpty()) {
                return SendResult.UNREACHABLE;
            }
            Sent one = new Sent(this, other.get(), message);
            sent.add(one);
            long toRun = one.to.run;
            long fromRun = run;
            if (!loses.test(one)) {
                for (long delay : delays.get()) {
                    if (delay >= 0) {
                        deliver(one, LATENCY + delay, fromRun, toRun);
                    }
                }
            }
            return SendResult.SENT;
        }

        private void deliver(Sent one, long delay, long fromRun, long toRun) {
            RepairBench.this.schedule(delay, () -> {
                if (one.to.run == toRun && run == fromRun && one.to.linked.contains(this)) {
                    one.to.received(this, fromRun, one.message);
                }
            });
        }

        @Override
        public SendResult answer(NodeId to, long toRun, Message message) {
            return send(to, message);
        }

        @Override
        public GroupCommit commits() {
            return commits;
        }

        @Override
        public DurableLine durableLine() {
            return durable;
        }

        @Override
        public int underWay() {
            return underWay;
        }

        @Override
        public void replicationFailed(NodeId peer, ReplicaId replica) {
            repair.replicationFailed(peer, replica);
        }

        @Override
        public Meters meters() {
            return meters;
        }

        @Override
        public boolean has(PlantedBug planted) {
            return bug.filter(planted::equals).isPresent();
        }

        @Override
        public void happened(NodeEvent event) {
            happened.add(event);
        }

        @Override
        public boolean offer(Runnable task) {
            execute(task);
            return true;
        }

        @Override
        public void execute(Runnable task) {
            schedule(0, task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            long mine = run;
            boolean[] cancelled = new boolean[1];
            RepairBench.this.schedule(delayNanos, () -> {
                if (run == mine && !cancelled[0]) {
                    task.run();
                }
            });
            return () -> cancelled[0] = true;
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public long wallMillis() {
            return now / 1_000_000;
        }

        @Override
        public String toString() {
            return "side " + id;
        }
    }
}
