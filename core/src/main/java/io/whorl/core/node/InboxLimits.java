package io.whorl.core.node;

/**
 * How much that peers ask may wait for one lane. Past half of either bound anti-entropy is refused, past 65 % hints that are handed
 * over, past 80 % read repair, at the bound what callers wait for.
 *
 * @param messages how many; default 8,192
 * @param bytes how many bytes of keys and values, about; a message is let in whatever its size if nothing else waits; default 64 MiB
 */
public record InboxLimits(int messages, long bytes) {
    /** The defaults. */
    public static final InboxLimits DEFAULT = new InboxLimits(8_192, 64L << 20);

    public InboxLimits {
        if (messages <= 0 || bytes <= 0) {
            throw new IllegalArgumentException(
                    "an inbox must have room: " + messages + " messages, " + bytes + " bytes were given");
        }
    }
}
