package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition of one bucket under strict quorums while its slots move, are added and are removed: nodes that learn epochs late, lost
 * and delayed messages, splits, holders that are excluded or removed while they are alive, nodes that lose a slot and get it back.
 * The cluster's states, its changes and the slots are the real ones; agreement on them is taken as given, and so is that a replica
 * does what it says. A read that starts after a write was acknowledged has to see it (promise P5).
 */
final class MovesModel {
    private static final int STEPS = 900;

    final SplittableRandom random;
    final BrokenRule broken;
    final List<ClusterState> states = new ArrayList<>();
    private final List<ReplicaSlots> slots = new ArrayList<>();
    final List<ModelNode> nodes = new ArrayList<>();
    private final List<Message> network = new ArrayList<>();
    final TreeSet<NodeId> cutOff = new TreeSet<>();
    private final BitSet acknowledged = new BitSet();
    private final ModelMoves moves;
    int writes;
    int reads;
    final List<String> wrong = new ArrayList<>();

    /** A node: the index of the newest state it knows, the writes it has, and the epoch of the move for which it has stopped to be read. */
    static final class ModelNode {
        final NodeId id;
        int knows;
        final BitSet data = new BitSet();
        long stopped;

        ModelNode(NodeId id, int knows) {
            this.id = id;
            this.knows = knows;
        }
    }

    private static final class Write {
        final int id;
        int planned;
        final Map<NodeId, Long> acks = new TreeMap<>();
        boolean open = true;

        Write(int id, int planned) {
            this.id = id;
            this.planned = planned;
        }
    }

    private static final class Read {
        final int planned;
        final BitSet must;
        final BitSet got = new BitSet();
        final TreeSet<NodeId> left;
        boolean open = true;

        Read(int planned, BitSet must, List<NodeId> asked) {
            this.planned = planned;
            this.must = must;
            this.left = new TreeSet<>(asked);
        }
    }

    private enum Kind {
        PUT,
        GET,
        ACK,
        BEHIND,
        VALUES
    }

    /** A message with the newest state that its sender knew; of the write and the read one is null. */
    private record Message(Kind kind, ModelNode from, ModelNode to, int knows, Write write, Read read, BitSet values) {}

    MovesModel(long seed, BrokenRule broken) {
        this.random = new SplittableRandom(seed);
        this.broken = broken;
        List<Member> founders = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            founders.add(newMember(0));
        }
        ModelQuorums quorums =
                broken == BrokenRule.ADDED_WITHOUT_WITNESS ? ModelQuorums.readingAll(random) : ModelQuorums.any(random);
        add(ClusterState.found(
                new ClusterId(7), "model", founders, 1, List.of(new BucketDefinition(1, "bucket", quorums.options()))));
        this.moves = new ModelMoves(this);
    }

    /** Plays a run. */
    void run() {
        for (int step = 0; step < STEPS; step++) {
            double what = random.nextDouble();
            if (what < 0.06) {
                beginWrite();
            } else if (what < 0.13) {
                beginRead();
            } else if (what < 0.84) {
                deliver();
            } else if (what < 0.95) {
                moves.step();
            } else if (what < 0.965) {
                moves.changeMembers();
            } else if (what < 0.98) {
                learn(any(nodes), states.size() - 1);
            } else {
                split();
            }
        }
    }

    // ---- what there is

    Member newMember(int knows) {
        int number = nodes.size() + 1;
        NodeId id = new NodeId(random.nextLong() & ~0xffL | number);
        nodes.add(new ModelNode(id, knows));
        return Member.of(id, new Address("n" + number, 7701));
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    ClusterState newest() {
        return states.get(states.size() - 1);
    }

    ReplicaSlots newestSlots() {
        return slots.get(slots.size() - 1);
    }

    ModelNode node(NodeId id) {
        return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
    }

    void add(ClusterState state) {
        states.add(state);
        slots.add(state.slots(state.bucket(1).orElseThrow(), 0));
    }

    private long changed(int state) {
        return states.get(state).layout().changed(0);
    }

    boolean connected(ModelNode a, ModelNode b) {
        return cutOff.contains(a.id) == cutOff.contains(b.id);
    }

    private void split() {
        cutOff.clear();
        if (random.nextInt(10) < 6) {
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                cutOff.add(any(nodes).id);
            }
        }
    }

    /** A node learns of a state, and drops what it has if it is nothing to this partition any more. */
    void learn(ModelNode node, int state) {
        if (state > node.knows) {
            node.knows = state;
            ClusterState now = states.get(state);
            if (!now.replicaNodes(now.bucket(1).orElseThrow(), 0).contains(node.id)) {
                node.data.clear();
            }
        }
    }

    void learnAtLeast(ModelNode node, long epoch) {
        learn(node, (int) epoch - 1);
    }

    // ---- requests

    private void beginWrite() {
        ModelNode at = any(nodes);
        Write write = new Write(++writes, at.knows);
        for (NodeId holder : slots.get(at.knows).writers()) {
            send(Kind.PUT, at, node(holder), write, null, null);
        }
    }

    private void beginRead() {
        ModelNode at = any(nodes);
        ReplicaSlots plan = slots.get(at.knows);
        List<NodeId> readers = new ArrayList<>(plan.readers());
        int quorum = plan.readQuorum();
        if (broken == BrokenRule.REMOVED_SLOT_NOT_READ) {
            plan.slots().stream().filter(Slot::demanded).forEach(slot -> readers.removeAll(slot.writers()));
            quorum = Math.min(quorum, plan.count());
        }
        if (readers.size() < quorum) {
            return;
        }
        while (readers.size() > quorum) {
            readers.remove(random.nextInt(readers.size()));
        }
        Read read = new Read(at.knows, (BitSet) acknowledged.clone(), readers);
        for (NodeId holder : readers) {
            send(Kind.GET, at, node(holder), null, read, null);
        }
    }

    private void send(Kind kind, ModelNode from, ModelNode to, Write write, Read read, BitSet values) {
        network.add(new Message(kind, from, to, from.knows, write, read, values));
    }

    private void deliver() {
        if (network.isEmpty()) {
            return;
        }
        Message message = network.remove(random.nextInt(Math.max(0, network.size() - 12), network.size()));
        if (!connected(message.from, message.to)) {
            if (random.nextInt(10) < 7) {
                network.add(message);
            }
            return;
        }
        if (random.nextInt(20) == 0) {
            return;
        }
        if (random.nextInt(10) > 0) {
            learn(message.to, message.knows);
        }
        if (message.knows > message.to.knows) {
            return;
        }
        switch (message.kind) {
            case PUT -> put(message.to, message.from, message.write);
            case GET -> get(message.to, message.from, message.read);
            case ACK -> acknowledged(message);
            case BEHIND -> behind(message);
            case VALUES -> values(message);
        }
    }

    private boolean accepts(ModelNode holder, int planned) {
        return broken == BrokenRule.STALE_EPOCH_ACCEPTED || states.get(planned).epoch() >= changed(holder.knows);
    }

    private void put(ModelNode holder, ModelNode from, Write write) {
        boolean accepted = accepts(holder, write.planned);
        if (accepted) {
            holder.data.set(write.id);
        }
        send(accepted ? Kind.ACK : Kind.BEHIND, holder, from, write, null, null);
    }

    private void get(ModelNode holder, ModelNode from, Read read) {
        if (accepts(holder, read.planned) && !hasStopped(holder)) {
            send(Kind.VALUES, holder, from, null, read, (BitSet) holder.data.clone());
        } else {
            read.open = false;
        }
    }

    /** It stops for one move, however the slots change besides. */
    private boolean hasStopped(ModelNode holder) {
        return states.get(holder.knows)
                .layout()
                .move(0)
                .filter(move -> move.begun() == holder.stopped)
                .isPresent();
    }

    private void acknowledged(Message message) {
        Write write = message.write;
        if (!write.open) {
            return;
        }
        write.acks.put(message.from.id, states.get(message.knows).epoch());
        ReplicaSlots plan = slots.get(write.planned);
        int count = 0;
        for (Slot slot : plan.slots()) {
            boolean holds = slotAcknowledges(write, slot);
            if (slot.demanded() && !holds && broken != BrokenRule.DEMANDED_SLOT_IGNORED) {
                return;
            }
            count += slot.counts() && holds ? 1 : 0;
        }
        if (count >= plan.writeQuorum()) {
            write.open = false;
            acknowledged.set(write.id);
        }
    }

    private boolean slotAcknowledges(Write write, Slot slot) {
        List<NodeId> demanded = broken == BrokenRule.MOVING_SLOT_ACKNOWLEDGED_BY_ONE
                        && slot.writers().size() > 1
                ? slot.writers().subList(0, 1)
                : slot.writers();
        return demanded.stream().allMatch(holder -> holds(write, holder));
    }

    private boolean holds(Write write, NodeId holder) {
        Long acknowledgedIn = write.acks.get(holder);
        return acknowledgedIn != null
                && (broken == BrokenRule.OLD_ACKNOWLEDGEMENT_COUNTS || acknowledgedIn >= changed(write.planned));
    }

    private void behind(Message message) {
        Write write = message.write;
        if (!write.open) {
            return;
        }
        write.planned = message.to.knows;
        for (NodeId holder : slots.get(write.planned).writers()) {
            if (!holds(write, holder)) {
                send(Kind.PUT, message.to, node(holder), write, null, null);
            }
        }
    }

    private void values(Message message) {
        Read read = message.read;
        if (!read.open) {
            return;
        }
        read.got.or(message.values);
        read.left.remove(message.from.id);
        if (read.left.isEmpty()) {
            read.open = false;
            reads++;
            read.must.andNot(read.got);
            if (!read.must.isEmpty()) {
                wrong.add("a read of epoch " + states.get(read.planned).epoch() + " does not see " + read.must);
            }
        }
    }

    int acknowledgedWrites() {
        return acknowledged.cardinality();
    }

    /** The move under way in the newest state. */
    Optional<Move> move() {
        return newest().layout().move(0);
    }
}
