package io.whorl.core.ring;

/**
 * Which cluster this is: a random number drawn by the founder.
 *
 * <p>Two clusters of the same name have different ids; a node that carries another cluster's id is refused.
 *
 * <p>Its text form, {@link #toString()} and {@link #parse(String)}, is sixteen lower-case hexadecimal digits. Order is
 * that of the unsigned numbers, so it is the order of the text forms too.
 *
 * @param value the 64 bits, not zero
 */
public record ClusterId(long value) implements Comparable<ClusterId> {

    /**
     * Refuses zero, which is kept free so that a forgotten field is noticed.
     *
     * @throws IllegalArgumentException if {@code value} is zero
     */
    public ClusterId {
        HexIds.requireNonZero(value, "cluster id");
    }

    /**
     * Reads the text form.
     *
     * @param text sixteen hexadecimal digits of either case
     * @return the id
     * @throws IllegalArgumentException if {@code text} is anything else, or all zeros
     */
    public static ClusterId parse(String text) {
        return new ClusterId(HexIds.parse(text, "cluster id"));
    }

    /** Compares as unsigned numbers. */
    @Override
    public int compareTo(ClusterId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** The text form: sixteen lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexIds.format(value);
    }
}
