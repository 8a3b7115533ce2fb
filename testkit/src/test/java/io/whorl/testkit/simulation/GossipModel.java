package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.liveness.Detector;
import io.whorl.core.liveness.LivenessSettings;
import io.whorl.core.liveness.Output;
import io.whorl.core.membership.Changes;
import io.whorl.core.membership.ClusterLane;
import io.whorl.core.membership.Membership;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Failure;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Sealed;
import io.whorl.transport.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Members that gossip and agree, and do nothing else: of each the real {@link Membership} and {@link Detector}, on a lane of virtual time, all connected
 * with all. So there can be as many of them as a cluster may have; messages are counted as the codec writes them.
 */
final class GossipModel {
    private static final LivenessSettings LIVENESS = new LivenessSettings(Kernel.SECOND, Kernel.SECOND / 2, 3, 4);
    private static final long FASTEST = 50 * Kernel.MICRO;
    private static final long SLOWEST = 800 * Kernel.MICRO;
    private static final long NOTICED = 50 * Kernel.MILLI;
    private static final long PATIENCE = 600 * Kernel.SECOND;
    private static final byte STATE_FORMAT = 1;

    private final Kernel kernel;
    private final Draws draws;
    private final Traffic traffic = new Traffic();
    private final Map<NodeId, Peer> peers = new TreeMap<>();
    private final ClusterState founded;
    private int changes;

    /** What it cost that something came to be known. */
    record Known(long nanos, Traffic sent) {}

    GossipModel(long seed, int count, int partitions) {
        draws = new Draws(seed);
        kernel = new Kernel(draws);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Member.of(new NodeId(draws.next() | 1), SimulatedHost.address(i)));
        }
        founded = ClusterState.found(new ClusterId(1), "gossip", members, partitions, List.of());
        members.forEach(member -> peers.put(member.id(), new Peer(member)));
        peers.values().forEach(Peer::start);
        kernel.runUntil(10 * Kernel.SECOND);
    }

    /** What all send while nothing changes. */
    Traffic idle(long nanos) {
        Traffic before = traffic.copy();
        kernel.runUntil(kernel.now() + nanos);
        return traffic.since(before);
    }

    /** A bucket is created, at any member, until all know of it. */
    Known spread() {
        Traffic before = traffic.copy();
        long begun = kernel.now();
        long epoch = founded.epoch() + ++changes;
        Change change = new Change.CreateBucket(
                "bucket-" + changes, BucketOptions.builder().build());
        draws.pick(living()).membership.change(change, PATIENCE, new Changes.Listener() {
            @Override
            public void made(ClusterState made) {}

            @Override
            public void failed(Failure failure) {
                throw new AssertionError(failure.toString());
            }
        });
        await(() -> living().stream().allMatch(peer -> peer.epoch >= epoch));
        long took = kernel.now() - begun;
        kernel.runUntil(kernel.now() + 2 * SLOWEST);
        return new Known(took, traffic.since(before));
    }

    /** A member's process dies, which its connections show, until all others take it for dead. */
    Known death() {
        Traffic before = traffic.copy();
        long begun = kernel.now();
        Peer dying = draws.pick(living());
        dying.dead = true;
        for (Peer peer : living()) {
            kernel.after(draws.between(1, NOTICED), () -> {
                peer.detector.disconnected(kernel.now(), dying.id, dying.run);
                peer.goOn();
            });
        }
        await(() -> living().stream()
                .allMatch(peer -> peer.detector.snapshot(dying.id).orElseThrow().status() == Status.DEAD));
        return new Known(kernel.now() - begun, traffic.since(before));
    }

    /** The member on which the way of an epoch rests most says nothing any more, and its connections do not show it. */
    void silenceTheFirst() {
        Peer first = peers.get(founded.members().get(0).id());
        first.dead = true;
        first.seemsConnected = true;
    }

    private List<Peer> living() {
        return peers.values().stream().filter(peer -> !peer.dead).toList();
    }

    /** Looks every millisecond: the conditions are of all members. */
    private void await(BooleanSupplier condition) {
        long end = kernel.now() + PATIENCE;
        while (!condition.getAsBoolean()) {
            if (kernel.now() > end) {
                throw new AssertionError("not everybody knows after " + PATIENCE + " ns");
            }
            kernel.runUntil(kernel.now() + Kernel.MILLI);
        }
    }

    /** One member. */
    private final class Peer implements ClusterLane, Lane {
        private final NodeId id;
        private final long run;
        private final DelayedSyncs storage;
        private final Membership membership;
        private final Detector detector;
        private long epoch;
        private long wakeAt = Long.MAX_VALUE;
        private boolean dead;
        private boolean seemsConnected;

        Peer(Member self) {
            Draws own = draws.fork(self.address().toString());
            this.id = self.id();
            this.run = id.value();
            this.storage = new DelayedSyncs(kernel, own.fork("syncs"));
            storage.apply(new WriteBatch()
                    .put(
                            Space.META,
                            "cluster".getBytes(StandardCharsets.US_ASCII),
                            Sealed.seal(STATE_FORMAT, founded.encode())));
            this.membership = new Membership(
                    this,
                    storage,
                    new SimulatedRandom(own.fork("membership")),
                    self,
                    new Membership.Settings(
                            "gossip", List.of(), 1, founded.ring().partitions(), 50 * Kernel.MILLI, Optional.empty()));
            this.detector = new Detector(
                    id, run, LIVENESS, new SimulatedRandom(own.fork("detector")), new Meters(), kernel.now());
        }

        void start() {
            peers.values().stream()
                    .filter(peer -> peer != this)
                    .forEach(peer -> detector.connected(kernel.now(), peer.id, peer.run));
            membership.start();
        }

        void goOn() {
            for (Output output : detector.drain()) {
                if (output instanceof Output.Send send) {
                    carry(send.to(), send.run(), send.message());
                }
            }
            long next = detector.wakeAt();
            if (next < wakeAt) {
                wakeAt = next;
                kernel.at(next, () -> {
                    if (wakeAt == next) {
                        wakeAt = Long.MAX_VALUE;
                        if (!dead) {
                            detector.tick(kernel.now());
                            goOn();
                        }
                    }
                });
            }
        }

        private void carry(NodeId to, long toRun, ClusterMessage message) {
            Envelope envelope = new Envelope(toRun, epoch, message);
            traffic.sent(message, MessageCodec.encode(envelope).length);
            long saidIn = epoch;
            kernel.after(draws.between(FASTEST, SLOWEST), () -> peers.get(to).arrived(this, saidIn, message));
        }

        /** As a node does it: a state is looked at before the epoch of its envelope. */
        private void arrived(Peer from, long saidIn, ClusterMessage message) {
            if (dead) {
                return;
            }
            if (message instanceof LivenessMessage about) {
                membership.heardOf(from.id, saidIn);
                detector.received(kernel.now(), from.id, from.run, about);
                goOn();
            } else {
                membership.received(from.id, message);
                if (message instanceof ClusterMessage.State
                        || message instanceof ChangeMessage.Made
                        || saidIn > epoch) {
                    membership.heardOf(from.id, saidIn);
                }
            }
        }

        // ---- what the membership uses

        @Override
        public Lane lane() {
            return this;
        }

        @Override
        public boolean send(NodeId to, ClusterMessage message) {
            if (!isConnected(to)) {
                return false;
            }
            carry(to, 0, message);
            return true;
        }

        @Override
        public void send(Address to, ClusterMessage message) {
            throw new AssertionError("nobody looks for a cluster here");
        }

        @Override
        public boolean isConnected(NodeId node) {
            Peer peer = peers.get(node);
            return !peer.dead || peer.seemsConnected;
        }

        @Override
        public void learn(Member member) {}

        @Override
        public void published(ClusterState state) {
            epoch = state.epoch();
            TreeSet<NodeId> members = new TreeSet<>();
            state.members().forEach(member -> members.add(member.id()));
            detector.members(kernel.now(), members);
            goOn();
        }

        @Override
        public void refused(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void leftCluster(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void failed(RuntimeException cause) {
            throw cause;
        }

        // ---- the lane

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
            boolean[] cancelled = new boolean[1];
            kernel.after(delayNanos, () -> {
                if (!cancelled[0] && !dead) {
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
            return kernel.now();
        }

        @Override
        public long wallMillis() {
            return kernel.now() / Kernel.MILLI;
        }
    }
}
