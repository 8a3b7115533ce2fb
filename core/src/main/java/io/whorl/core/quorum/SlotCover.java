package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many of a partition's slots a set of nodes can fill. A node stands for some of the slots' writers, as a set of bits: a holder for
 * itself, a fallback for those whose hints it keeps. A slot is filled when each of its writers is stood for by one of the nodes that
 * are told off to it, and a node is told off to one slot at the most.
 *
 * <p>That number is a maximum matching between slots and nodes, found by augmenting paths (Kuhn, 1955); where a slot has several
 * writers, of which there is one at a time, each choice of nodes for it is tried first. All of it is small.
 */
final class SlotCover {
    private final List<NodeId> targets = new ArrayList<>();
    private final long[] slots;
    private final long lasting;
    private final long demanded;

    /** @param all a slot without a writer cannot be filled, and one that does not count is not counted */
    SlotCover(List<Slot> all) {
        long[] counted = new long[all.size()];
        int count = 0;
        long last = 0;
        long must = 0;
        for (Slot slot : all) {
            long writers = 0;
            for (NodeId writer : slot.writers()) {
                writers |= entered(writer);
            }
            must |= slot.demanded() ? writers : 0;
            if (slot.counts() && writers != 0) {
                last |= bit(slot.writers().get(slot.writers().size() - 1));
                counted[count++] = writers;
            }
        }
        this.slots = Arrays.copyOf(counted, count);
        this.lasting = last;
        this.demanded = must;
    }

    private long entered(NodeId target) {
        if (!targets.contains(target)) {
            targets.add(target);
        }
        return bit(target);
    }

    /** Which of the {@link #targets} a node is, -1 if none. */
    int index(NodeId node) {
        return targets.indexOf(node);
    }

    /** The bit of a writer; who is none has no bit. */
    long bit(NodeId writer) {
        int index = index(writer);
        return index < 0 ? 0 : 1L << index;
    }

    /** The bits of these writers; who is none has no bit. */
    long bits(List<NodeId> writers) {
        long bits = 0;
        for (NodeId writer : writers) {
            bits |= bit(writer);
        }
        return bits;
    }

    /** Every writer of every slot, the counted ones' and others', in the slots' order. */
    List<NodeId> targets() {
        return targets;
    }

    /** The bits of all {@link #targets}. */
    long all() {
        return targets.isEmpty() ? 0 : -1L >>> -targets.size();
    }

    /** Those who will still have the counted slots once their moves have ended. */
    long lasting() {
        return lasting;
    }

    /** How many writers are demanded that nobody of these stands for. */
    int demandedBeyond(long covered) {
        return Long.bitCount(demanded & ~covered);
    }

    boolean isDemanded(int target) {
        return (demanded >> target & 1) != 0;
    }

    /** The writers of all counted slots all of whose writers are among these. */
    long filled(long covered) {
        long filled = 0;
        for (long slot : slots) {
            filled |= (slot & ~covered) == 0 ? slot : 0;
        }
        return filled;
    }

    /** How many slots are filled if a node counts for all that it stands for. */
    int carelessly(long covered) {
        int filled = 0;
        for (long slot : slots) {
            filled += (slot & ~covered) == 0 ? 1 : 0;
        }
        return filled;
    }

    /**
     * The most slots that can be filled.
     *
     * @param nodes for whom each of them stands
     * @param spare how many more nodes there are, each of which can be made to stand for one writer, whichever
     */
    int most(long[] nodes, int spare) {
        long covered = 0;
        for (long node : nodes) {
            if (Long.bitCount(node) > 1) {
                return search(nodes, 0, 0, spare);
            }
            covered |= node;
        }
        return mostSingly(covered, spare);
    }

    /**
     * The same where each node stands for one writer at the most, as nearly always: then none is in question for two slots.
     *
     * @param covered the writers that some node stands for
     */
    int mostSingly(long covered, int spare) {
        int filled = 0;
        int left = spare;
        for (int lacking = 0, open = slots.length; open > 0 && lacking <= left; lacking++) {
            for (long slot : slots) {
                if (Long.bitCount(slot & ~covered) == lacking) {
                    open--;
                    if (lacking <= left) {
                        left -= lacking;
                        filled++;
                    }
                }
            }
        }
        return filled;
    }

    /** Tries every way to fill the slots of several writers from this one on; the other slots are matched to the nodes left. */
    private int search(long[] nodes, int from, long used, int spare) {
        int slot = from;
        while (slot < slots.length && Long.bitCount(slots[slot]) == 1) {
            slot++;
        }
        if (slot == slots.length) {
            return matched(nodes, used, spare);
        }
        int without = search(nodes, slot + 1, used, spare);
        return Math.max(without, fill(nodes, slot, slots[slot], used, spare));
    }

    private int fill(long[] nodes, int slot, long open, long used, int spare) {
        if (open == 0) {
            return 1 + search(nodes, slot + 1, used, spare);
        }
        long writer = Long.lowestOneBit(open);
        int most = spare > 0 ? fill(nodes, slot, open & ~writer, used, spare - 1) : 0;
        for (int node = 0; node < nodes.length; node++) {
            if ((used >> node & 1) == 0 && (nodes[node] & writer) != 0) {
                most = Math.max(most, fill(nodes, slot, open & ~nodes[node], used | 1L << node, spare));
            }
        }
        return most;
    }

    private int matched(long[] nodes, long used, int spare) {
        int[] taken = new int[slots.length];
        Arrays.fill(taken, -1);
        int single = 0;
        for (long slot : slots) {
            single += Long.bitCount(slot) == 1 ? 1 : 0;
        }
        int matched = 0;
        for (int node = 0; node < nodes.length; node++) {
            if ((used >> node & 1) == 0 && place(nodes, node, taken, new boolean[slots.length])) {
                matched++;
            }
        }
        return Math.min(single, matched + spare);
    }

    /** Finds a slot for a node, moving others along if necessary. */
    private boolean place(long[] nodes, int node, int[] taken, boolean[] tried) {
        for (int slot = 0; slot < slots.length; slot++) {
            if (!tried[slot] && Long.bitCount(slots[slot]) == 1 && (slots[slot] & nodes[node]) != 0) {
                tried[slot] = true;
                if (taken[slot] < 0 || place(nodes, taken[slot], taken, tried)) {
                    taken[slot] = node;
                    return true;
                }
            }
        }
        return false;
    }
}
