package io.whorl.core.agreement;

import io.whorl.core.agreement.ModelNode.Effect;
import io.whorl.core.agreement.ModelNode.Memory;
import io.whorl.core.agreement.ModelNode.Packet;
import io.whorl.core.agreement.ModelNode.Waiting;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A small cluster that agrees on its next epochs, as a state space to be searched: {@link ModelNode}s in a world that is as bad as
 * permitted.
 *
 * <p>A message that was sent stays for ever and can arrive at any time, any number of times, or never: that is loss, repetition and
 * reordering at once. What a node stores waits for its sync, which can come at any time, for a prefix of what was stored; a crash
 * can come at any time and takes back what was not synced, and all that the node held in memory. What is bounded is how many
 * attempts each proposer begins, how much a node stores before it waits for a sync, and the epochs.
 *
 * <p>A state of the model is a few words: of each node its memory, its disk and what waits for a sync; how many attempts each has begun;
 * which messages were sent. The words name values by {@link Interner}, and every step of a single node is computed once.
 */
final class AgreementModel {
    private static final int MOST_VALUES = 1 << 16;
    private static final int MOST_WAITING = 2;
    private static final int PACKET_WORDS = 8;
    private static final int MOST_PACKETS = PACKET_WORDS * Long.SIZE;
    private static final int NONE = 0;

    /**
     * What is tried.
     *
     * @param founded what everybody knows at first
     * @param nodes who is there
     * @param attempts how many attempts each of them may begin
     * @param lastEpoch the last epoch that is decided
     * @param waiting how much a node stores before it waits for a sync; 0 if what nobody can have seen before its sync is synced at once,
     *     which leads to the same messages
     * @param learning whether what was decided is told; otherwise who consented is all that there is of a decision
     * @param wishes what proposers want
     */
    record Scope(
            ClusterState founded,
            List<NodeId> nodes,
            List<Integer> attempts,
            long lastEpoch,
            int waiting,
            boolean learning,
            Wishes wishes) {}

    /** What a proposer wants in its nth attempt, given the state that it knows. */
    interface Wishes {
        ClusterState wish(ClusterState known, int node, int attempt);
    }

    /** An effect in numbers. */
    private record Change(int memory, int[] stores, int[] sends) {}

    /** What is often asked of a packet; the rank is its ballot's, receiver -1 is everybody. */
    private record Facts(Packet packet, ClusterMessage message, int from, int to, long rank) {}

    private final Scope scope;
    private final ModelNode behaviour;
    private final Interner<Memory> memories = new Interner<>(MOST_VALUES);
    private final Interner<Voter> disks = new Interner<>(MOST_VALUES);
    private final Interner<Waiting> waitings = new Interner<>(MOST_VALUES);
    private final Interner<Packet> packets = new Interner<>(MOST_PACKETS);
    private final Facts[] facts = new Facts[MOST_PACKETS];
    private final Change[][] delivered = new Change[MOST_VALUES][];
    private final Change[][] begun = new Change[MOST_VALUES][];
    private final long[] promised = new long[MOST_VALUES];
    private final int nodes;

    AgreementModel(Scope scope, Flaw flaw) {
        this.scope = scope;
        this.behaviour = new ModelNode(scope, flaw);
        this.nodes = scope.nodes().size();
    }

    Scope scope() {
        return scope;
    }

    long[] first() {
        long[] state = new long[nodes + 1 + PACKET_WORDS];
        for (int node = 0; node < nodes; node++) {
            Voter voter = Voter.of(scope.nodes().get(node), scope.founded());
            state[node] = word(memories.number(Memory.of(voter)), disk(voter), NONE, NONE);
        }
        return state;
    }

    /** Hands on every state that one step leads to. */
    void successors(long[] state, Consumer<long[]> to) {
        steps(state, to);
        crashes(state, to);
    }

    /** Hands on every state that a crash leads to. */
    void crashes(long[] state, Consumer<long[]> to) {
        for (int node = 0; node < nodes; node++) {
            crash(state, node, to);
        }
    }

    /** Hands on every state that anything but a crash leads to. */
    void steps(long[] state, Consumer<long[]> to) {
        for (int node = 0; node < nodes; node++) {
            attempt(state, node, to);
            sync(state, node, to);
        }
        for (int word = 0; word < PACKET_WORDS; word++) {
            for (long left = state[nodes + 1 + word]; left != 0; left &= left - 1) {
                deliver(state, word * Long.SIZE + Long.numberOfTrailingZeros(left), to);
            }
        }
    }

    /** The messages of a state. */
    List<Packet> sent(long[] state) {
        List<Packet> sent = new ArrayList<>();
        for (int number = 0; number < packets.size(); number++) {
            if (wasSent(state, number)) {
                sent.add(packets.value(number));
            }
        }
        return sent;
    }

    /** The words of a state that say which messages were sent. */
    long[] sentWords(long[] state) {
        long[] words = new long[PACKET_WORDS];
        System.arraycopy(state, nodes + 1, words, 0, PACKET_WORDS);
        return words;
    }

    private void attempt(long[] state, int node, Consumer<long[]> to) {
        int attempt = (int) (state[nodes] >>> (4 * node)) & 0xF;
        int number = memory(state, node);
        if (attempt >= scope.attempts().get(node) || !behaviour.mayBegin(memories.value(number))) {
            return;
        }
        begun[number] = begun[number] == null ? new Change[16] : begun[number];
        if (begun[number][attempt] == null) {
            begun[number][attempt] = change(behaviour.begin(node, attempt, memories.value(number)));
        }
        long[] next = apply(state, node, begun[number][attempt]);
        if (next != null) {
            next[nodes] += 1L << (4 * node);
            to.accept(tidy(next));
        }
    }

    private void sync(long[] state, int node, Consumer<long[]> to) {
        if (firstWaiting(state, node) != NONE) {
            long[] next = state.clone();
            syncFirst(next, node);
            to.accept(tidy(next));
        }
    }

    private void syncFirst(long[] state, int node) {
        Waiting first = waitings.value(firstWaiting(state, node) - 1);
        int memory = first.adopts() ? memories.number(Memory.of(first.disk())) : memory(state, node);
        state[node] = word(memory, disk(first.disk()), secondWaiting(state, node), NONE);
        first.sends().forEach(packet -> send(state, number(packet)));
    }

    private void crash(long[] state, int node, Consumer<long[]> to) {
        int disk = disk(state, node);
        long[] next = state.clone();
        next[node] = word(memories.number(Memory.of(disks.value(disk))), disk, NONE, NONE);
        to.accept(tidy(next));
    }

    private void deliver(long[] state, int packet, Consumer<long[]> to) {
        Facts about = facts[packet];
        boolean learnt = about.message instanceof ClusterMessage.State
                || about.message instanceof Outbid
                || about.message instanceof Consent;
        if (learnt && !scope.learning()) {
            return;
        }
        for (int node = about.to < 0 ? 0 : about.to; node <= (about.to < 0 ? nodes - 1 : about.to); node++) {
            int memory = memory(state, node);
            delivered[memory] = delivered[memory] == null ? new Change[MOST_PACKETS] : delivered[memory];
            if (delivered[memory][packet] == null) {
                delivered[memory][packet] = change(behaviour.delivered(memories.value(memory), about.packet));
            }
            long[] next = apply(state, node, delivered[memory][packet]);
            if (next != null) {
                to.accept(tidy(next));
            }
        }
    }

    /** The state after a step of one node; null if it has to wait for a sync first. */
    private long[] apply(long[] state, int node, Change change) {
        int first = firstWaiting(state, node);
        int second = secondWaiting(state, node);
        for (int each : change.stores) {
            if (first == NONE) {
                first = each;
            } else if (second == NONE && scope.waiting() == MOST_WAITING) {
                second = each;
            } else {
                return null;
            }
        }
        long[] next = state.clone();
        next[node] = word(change.memory, disk(state, node), first, second);
        for (int packet : change.sends) {
            send(next, packet);
        }
        if (scope.waiting() == 0 && change.sends.length == 0 && change.stores.length == 1) {
            syncFirst(next, node);
        }
        return next;
    }

    /**
     * Forgets messages that can have no effect any more, so that states which differ in nothing else are one: promises to an attempt
     * that is over, if its proposer can never begin one of that ballot again; its question for them, once every disk has promised as much;
     * and consents to what no majority can ever consent to.
     */
    private long[] tidy(long[] state) {
        for (int word = 0; word < PACKET_WORDS; word++) {
            for (long left = state[nodes + 1 + word]; left != 0; left &= left - 1) {
                int number = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                if (isVoid(state, facts[number])) {
                    state[nodes + 1 + word] &= ~Long.lowestOneBit(left);
                }
            }
        }
        return state;
    }

    private boolean isVoid(long[] state, Facts about) {
        if (about.message instanceof Promise promise) {
            boolean never = promised[disk(state, about.to)] >= about.rank
                    || disks.value(disk(state, about.to)).known().epoch() >= promise.epoch();
            return never && !waitsFor(state, about.to, promise.ballot(), about.from);
        }
        if (scope.learning()) {
            return false;
        }
        if (about.message instanceof Prepare prepare) {
            return disksThatPromised(state, about.rank) == nodes
                    && !waitsFor(state, about.from, prepare.ballot(), about.from);
        }
        if (about.message instanceof Consent) {
            return consents(state, about) + nodes - disksThatPromised(state, about.rank + 1) <= nodes / 2;
        }
        return false;
    }

    /** Whether the proposer has an attempt of this ballot that waits for promises, and that node's is not among those it has. */
    private boolean waitsFor(long[] state, int proposer, Ballot ballot, int from) {
        Optional<Proposal> proposal = memories.value(memory(state, proposer)).proposal();
        return proposal.isPresent()
                && proposal.get().phase() == Proposal.Phase.PREPARING
                && proposal.get().ballot().equals(ballot)
                && (from == proposer
                        || !proposal.get().answered().contains(scope.nodes().get(from)));
    }

    private int disksThatPromised(long[] state, long rank) {
        int count = 0;
        for (int node = 0; node < nodes; node++) {
            count += promised[disk(state, node)] >= rank ? 1 : 0;
        }
        return count;
    }

    private int consents(long[] state, Facts like) {
        int count = 0;
        for (int number = 0; number < packets.size(); number++) {
            if (facts[number].rank == like.rank && facts[number].message instanceof Consent && wasSent(state, number)) {
                count++;
            }
        }
        return count;
    }

    private Change change(Effect effect) {
        return new Change(
                memories.number(effect.memory()),
                effect.stores().stream()
                        .mapToInt(each -> waitings.number(each) + 1)
                        .toArray(),
                effect.sends().stream().mapToInt(this::number).toArray());
    }

    private int number(Packet packet) {
        int number = packets.number(packet);
        if (facts[number] == null) {
            long rank = packet.message() instanceof AgreementMessage about ? rank(about.ballot()) : 0;
            facts[number] = new Facts(
                    packet,
                    packet.message(),
                    scope.nodes().indexOf(packet.from()),
                    scope.nodes().indexOf(packet.to()),
                    rank);
        }
        return number;
    }

    private int disk(Voter voter) {
        int number = disks.number(voter);
        promised[number] = voter.acceptor().promised().map(AgreementModel::rank).orElse(0L);
        return number;
    }

    /** Orders ballots, for there are fewer than 16 nodes, of the ids 1 and up. */
    private static long rank(Ballot ballot) {
        return ballot.round() * 16 + ballot.proposer().value();
    }

    private void send(long[] state, int packet) {
        state[nodes + 1 + packet / Long.SIZE] |= 1L << packet;
    }

    private boolean wasSent(long[] state, int packet) {
        return (state[nodes + 1 + packet / Long.SIZE] & 1L << packet) != 0;
    }

    private static long word(int memory, int disk, int first, int second) {
        return memory | (long) disk << 16 | (long) first << 32 | (long) second << 48;
    }

    private static int memory(long[] state, int node) {
        return (int) state[node] & 0xFFFF;
    }

    private static int disk(long[] state, int node) {
        return (int) (state[node] >>> 16) & 0xFFFF;
    }

    private static int firstWaiting(long[] state, int node) {
        return (int) (state[node] >>> 32) & 0xFFFF;
    }

    private static int secondWaiting(long[] state, int node) {
        return (int) (state[node] >>> 48) & 0xFFFF;
    }
}
