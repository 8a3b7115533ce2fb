package io.whorl.core.ring;

/**
 * Who a node is: a random number drawn when its data directory is made.
 *
 * <p>It belongs to the data, not to the place: a node keeps its id when its address changes, and a directory that was
 * wiped or restored gets a new one.
 *
 * <p>Its text form, {@link #toString()} and {@link #parse(String)}, is sixteen lower-case hexadecimal digits. Order is
 * that of the unsigned numbers, so it is the order of the text forms too.
 *
 * @param value the 64 bits, not zero
 */
public record NodeId(long value) implements Comparable<NodeId> {

    /**
     * Refuses zero, which is kept free so that a forgotten field is noticed.
     *
     * @throws IllegalArgumentException if {@code value} is zero
     */
    public NodeId {
        HexIds.requireNonZero(value, "node id");
    }

    /**
     * Reads the text form.
     *
     * @param text sixteen hexadecimal digits of either case
     * @return the id
     * @throws IllegalArgumentException if {@code text} is anything else, or all zeros
     */
    public static NodeId parse(String text) {
        return new NodeId(HexIds.parse(text, "node id"));
    }

    /** Compares as unsigned numbers. */
    @Override
    public int compareTo(NodeId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** The text form: sixteen lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexIds.format(value);
    }
}
