package io.whorl.storage;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * An immutable ordered map from byte arrays to byte arrays; a change gives a new tree that shares what did not change.
 *
 * <p>Keys are compared as unsigned bytes. Looking up and changing take O(log n) steps; dropping a range does too, however
 * many keys are in it. Holding on to a tree is a snapshot, which is why the engine in memory is built from it: readers need
 * no lock, and a scan is not disturbed by later batches.
 *
 * <p>A height-balanced tree whose operations are made from one join, after Adams, "Efficient sets: a balancing act" (1993),
 * and Blelloch, Ferizovic and Sun, "Just Join for Parallel Ordered Sets" (2016), section 4. The heights of two siblings
 * differ by {@value #SLACK} at most.
 *
 * <p>Arrays are neither copied nor changed: who puts one in or takes one out copies if need be.
 */
public final class ByteTree {
    /** One more than AVL trees allow: fewer rotations for a hardly deeper tree. */
    private static final int SLACK = 2;

    private static final ByteTree EMPTY = new ByteTree(null);

    private final Node root;

    private ByteTree(Node root) {
        this.root = root;
    }

    private record Node(Node left, byte[] key, byte[] value, Node right, int height) {}

    /** The tree without entries. */
    public static ByteTree empty() {
        return EMPTY;
    }

    /** Whether there is no entry. */
    public boolean isEmpty() {
        return root == null;
    }

    /** The value under the key, or null. */
    public byte[] get(byte[] key) {
        Node node = root;
        while (node != null) {
            int order = Arrays.compareUnsigned(key, node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** This tree with the value under the key. */
    public ByteTree put(byte[] key, byte[] value) {
        return new ByteTree(put(root, key, value));
    }

    /** This tree without the key; this tree itself if it is not there. */
    public ByteTree remove(byte[] key) {
        Node without = remove(root, key);
        return without == root ? this : new ByteTree(without);
    }

    /** This tree without the keys from {@code from} (inclusive) to {@code to} (exclusive). */
    public ByteTree removeRange(byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return this;
        }
        return new ByteTree(concat(below(root, from), atLeast(root, to)));
    }

    /** The entries from {@code from} (inclusive) to {@code to} (exclusive; null: to the end), in order. */
    public Walk walk(byte[] from, byte[] to) {
        return new Walk(root, from, to);
    }

    /** A position that moves over a tree's entries in order. Used by one thread at a time. */
    public static final class Walk {
        /** The path's nodes that are still to come; the next one on top. */
        private final Deque<Node> ahead = new ArrayDeque<>();

        private final byte[] to;
        private Node at;

        private Walk(Node root, byte[] from, byte[] to) {
            this.to = to;
            Node node = root;
            while (node != null) {
                if (Arrays.compareUnsigned(node.key, from) >= 0) {
                    ahead.push(node);
                    node = node.left;
                } else {
                    node = node.right;
                }
            }
        }

        /** Moves to the next entry, at first to the first one; false when there is none. */
        public boolean next() {
            at = ahead.poll();
            if (at == null) {
                return false;
            }
            if (to != null && Arrays.compareUnsigned(at.key, to) >= 0) {
                ahead.clear();
                at = null;
                return false;
            }
            for (Node node = at.right; node != null; node = node.left) {
                ahead.push(node);
            }
            return true;
        }

        /** The present entry's key. */
        public byte[] key() {
            return present().key;
        }

        /** The present entry's value. */
        public byte[] value() {
            return present().value;
        }

        private Node present() {
            if (at == null) {
                throw new IllegalStateException("there is no present entry: next() was not called, or returned false");
            }
            return at;
        }
    }

    private static Node put(Node node, byte[] key, byte[] value) {
        if (node == null) {
            return new Node(null, key, value, null, 1);
        }
        int order = Arrays.compareUnsigned(key, node.key);
        if (order == 0) {
            return new Node(node.left, key, value, node.right, node.height);
        }
        return order < 0
                ? balanced(put(node.left, key, value), node, node.right)
                : balanced(node.left, node, put(node.right, key, value));
    }

    private static Node remove(Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, node.key);
        if (order == 0) {
            return concat(node.left, node.right);
        }
        Node child = order < 0 ? node.left : node.right;
        Node without = remove(child, key);
        if (without == child) {
            return node;
        }
        return order < 0 ? balanced(without, node, node.right) : balanced(node.left, node, without);
    }

    /** The entries below the key. */
    private static Node below(Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        return Arrays.compareUnsigned(node.key, key) < 0
                ? join(node.left, node, below(node.right, key))
                : below(node.left, key);
    }

    /** The entries that are not below the key. */
    private static Node atLeast(Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        return Arrays.compareUnsigned(node.key, key) >= 0
                ? join(atLeast(node.left, key), node, node.right)
                : atLeast(node.right, key);
    }

    /** Two trees as one, where all of the left one's keys are below the right one's. */
    private static Node concat(Node left, Node right) {
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        Node first = right;
        while (first.left != null) {
            first = first.left;
        }
        return join(left, first, withoutFirst(right));
    }

    private static Node withoutFirst(Node node) {
        return node.left == null ? node.right : balanced(withoutFirst(node.left), node, node.right);
    }

    /** Two trees of any heights with the entry of {@code middle} between them. */
    private static Node join(Node left, Node middle, Node right) {
        if (height(left) > height(right) + SLACK) {
            return balanced(left.left, left, join(left.right, middle, right));
        }
        if (height(right) > height(left) + SLACK) {
            return balanced(join(left, middle, right.left), right, right.right);
        }
        return node(left, middle, right);
    }

    /** Two trees with an entry between them, where one may be too high by one level; rotates once or twice if so. */
    private static Node balanced(Node left, Node middle, Node right) {
        if (height(left) > height(right) + SLACK) {
            Node inner = left.right;
            return height(left.left) >= height(inner)
                    ? node(left.left, left, node(inner, middle, right))
                    : node(node(left.left, left, inner.left), inner, node(inner.right, middle, right));
        }
        if (height(right) > height(left) + SLACK) {
            Node inner = right.left;
            return height(right.right) >= height(inner)
                    ? node(node(left, middle, inner), right, right.right)
                    : node(node(left, middle, inner.left), inner, node(inner.right, right, right.right));
        }
        return node(left, middle, right);
    }

    private static Node node(Node left, Node middle, Node right) {
        return new Node(left, middle.key, middle.value, right, Math.max(height(left), height(right)) + 1);
    }

    private static int height(Node node) {
        return node == null ? 0 : node.height;
    }

    /** The tree's height; for the test of its balance. */
    int height() {
        return height(root);
    }
}
