package io.whorl.core.testing;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Write;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeListener;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.Ports;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One node of a {@link World}: the real one, over storage and a network that the test controls. */
public final class TestNode implements NodeListener {
    public static final long TIMEOUT = 5_000 * World.MILLISECOND;
    private static final long RECONNECT = 100 * World.MILLISECOND;

    final World world;
    final Address address;
    Transport.Sink sink;
    private int life;
    private List<Address> contacts = List.of();
    private NodeId lastId;
    private long lastRun;

    public Node node;
    public TestStorage storage = new TestStorage();
    public UnaryOperator<NodeOptions.Builder> options = builder -> builder;
    public String clusterName = "test";
    public int lanes = 2;
    /** How far the wall clock is off, in milliseconds. */
    public long clockOffset;
    /** Called as soon as the transport has started, before anything else happens. */
    public Consumer<Transport.Sink> beforeAnythingElse = mine -> {};
    /** What another thread does just before a lane accepts a task. */
    public Runnable meanwhile = () -> {};
    /** Whether the lanes' inboxes are full. */
    public boolean full;
    /** How many tasks may wait for a lane before it refuses offers. */
    public int capacity = Integer.MAX_VALUE;
    /** How long a lane of partitions needs for a task. */
    public long taskNanos;

    public boolean ready;
    public String startFailure;
    public final List<NodeEvent> events = new ArrayList<>();
    public String stopReason;

    TestNode(World world, Address address) {
        this.world = world;
        this.address = address;
    }

    /** Whom the node asks for a cluster, the founder first. */
    public TestNode contacts(TestNode... nodes) {
        contacts = Arrays.stream(nodes).map(each -> each.address).toList();
        return this;
    }

    public void start() {
        life++;
        ready = false;
        startFailure = null;
        stopReason = null;
        NodeOptions.Builder builder = NodeOptions.builder(clusterName, address)
                .contactPoints(contacts)
                .partitions(8);
        List<Lane> all = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            all.add(new LifeLane(true));
        }
        node = Node.create(
                options.apply(builder).build(),
                new Ports(
                        new LifeLane(false),
                        all,
                        storage,
                        Optional.of(new Network()),
                        world.random().fork("life " + world.random().nextLong())),
                this);
        node.start();
        lastId = node.id();
        lastRun = node.run();
    }

    /** The process is gone, at once, with everything that was not synced. */
    public void crash() {
        kill();
        storage = storage.after(storage.durable());
    }

    /** The process is gone, at once; the machine goes on, and so what was applied stays. */
    public void kill() {
        life++;
        sink = null;
        node = null;
        world.unlinkAll(this);
    }

    /** Stops in order; true in the array once at rest. */
    public boolean[] close() {
        boolean[] atRest = new boolean[1];
        node.close(() -> atRest[0] = true);
        return atRest;
    }

    public String waitingFor() {
        return node.waitingFor();
    }

    public boolean isAlive() {
        return sink != null;
    }

    public NodeId id() {
        return lastId;
    }

    /** A message of another node arrives, at once. */
    public void hears(TestNode other, Envelope envelope) {
        sink.received(other.id(), other.lastRun, envelope);
    }

    void disconnected(TestNode other) {
        if (isAlive()) {
            sink.disconnected(other.id(), other.lastRun);
        }
    }

    /** Creates a bucket, and waits until this node knows it. */
    public BucketDefinition bucket(String name, BucketOptions bucketOptions) {
        Answer<BucketDefinition> answer = createBucket(name, bucketOptions);
        world.until(answer::ended);
        return answer.result;
    }

    public Answer<BucketDefinition> createBucket(String name, BucketOptions bucketOptions) {
        Answer<BucketDefinition> answer = new Answer<>();
        node.createBucket(name, bucketOptions, TIMEOUT, answer);
        return answer;
    }

    /** Has the cluster changed. */
    public Answer<ClusterState> change(Change change) {
        Answer<ClusterState> answer = new Answer<>();
        node.change(change, TIMEOUT, answer);
        return answer;
    }

    public Answer<WriteResult> write(BucketDefinition bucket, String key, Write write, int quorum) {
        Answer<WriteResult> answer = new Answer<>();
        node.write(bucket, bytes(key), write, RequestOptions.of(quorum, TIMEOUT), answer);
        return answer;
    }

    /** Puts a value without a context, and waits for the end. */
    public Answer<WriteResult> put(BucketDefinition bucket, String key, String value) {
        return ended(write(bucket, key, new Write(bytes(value), null, 0), 0));
    }

    /** Deletes without a context, and waits for the end. */
    public Answer<WriteResult> delete(BucketDefinition bucket, String key) {
        return ended(write(bucket, key, new Write(null, null, 0), 0));
    }

    public Answer<ReadResult> read(BucketDefinition bucket, String key, int quorum) {
        Answer<ReadResult> answer = new Answer<>();
        node.read(bucket, bytes(key), RequestOptions.of(quorum, TIMEOUT), answer);
        return answer;
    }

    /** The values under a key, newest first, once the read has ended. */
    public List<String> values(BucketDefinition bucket, String key, int quorum) {
        Answer<ReadResult> answer = ended(read(bucket, key, quorum));
        if (answer.failure != null) {
            throw new AssertionError("the read failed: " + answer.failure);
        }
        return answer.result.siblings().stream()
                .map(sibling -> new String(sibling.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private <T> Answer<T> ended(Answer<T> answer) {
        world.until(answer::ended);
        return answer;
    }

    /** Everything that the node holds. */
    public List<ReplicaSnapshot> replicas() {
        List<ReplicaSnapshot> all = new ArrayList<>();
        boolean[] done = new boolean[1];
        node.inspect(snapshots -> {
            all.addAll(snapshots);
            done[0] = true;
        });
        world.until(() -> done[0]);
        return all;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void ready(ClusterState state) {
        ready = true;
    }

    @Override
    public void startFailed(String reason) {
        startFailure = reason;
    }

    @Override
    public void happened(NodeEvent event) {
        events.add(event);
    }

    @Override
    public void stoppedItself(String reason, Throwable cause) {
        stopReason = reason;
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /** A lane that ends with this life of the node. */
    private final class LifeLane implements Lane {
        private final int born = life;
        private final boolean slow;
        private boolean running;
        private long freeAt;
        private int waiting;

        LifeLane(boolean slow) {
            this.slow = slow;
        }

        @Override
        public boolean offer(Runnable task) {
            if (full || waiting >= capacity || born != life) {
                return false;
            }
            execute(task);
            return true;
        }

        @Override
        public void execute(Runnable task) {
            meanwhile.run();
            waiting++;
            // One after the other, each in its time.
            freeAt = Math.max(freeAt, world.now()) + (slow ? taskNanos : 0);
            schedule(freeAt - world.now(), () -> {
                waiting--;
                task.run();
            });
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return world.schedule(delayNanos, () -> {
                if (born == life) {
                    running = true;
                    task.run();
                    running = false;
                }
            });
        }

        @Override
        public boolean isCurrent() {
            return running;
        }

        @Override
        public long nanoTime() {
            return world.now();
        }

        @Override
        public long wallMillis() {
            return 1_700_000_000_000L + world.now() / World.MILLISECOND + clockOffset;
        }
    }

    private final class Network implements Transport {
        private final int born = life;
        private boolean connecting;

        @Override
        public void start(Sink mine) {
            sink = mine;
            beforeAnythingElse.accept(mine);
        }

        @Override
        public Address address() {
            return address;
        }

        @Override
        public void learn(NodeId other, Address at) {
            if (born == life) {
                // Who is met at another address than expected is learnt anew while the connection is made.
                if (!connecting) {
                    connecting = true;
                    world.at(at).ifPresent(found -> world.connect(TestNode.this, found));
                    connecting = false;
                }
                world.schedule(RECONNECT, () -> learn(other, at));
            }
        }

        @Override
        public SendResult send(NodeId to, Envelope envelope) {
            Optional<TestNode> found = world.alive(to).filter(other -> world.linked(TestNode.this, other));
            if (born != life || found.isEmpty()) {
                return SendResult.UNREACHABLE;
            }
            world.send(TestNode.this, found.get(), envelope);
            return SendResult.SENT;
        }

        @Override
        public void send(Address to, Envelope envelope) {
            Optional<TestNode> found = world.at(to);
            if (born == life && found.isPresent() && world.connect(TestNode.this, found.get())) {
                world.send(TestNode.this, found.get(), envelope);
            }
        }

        @Override
        public void close() {}
    }
}
