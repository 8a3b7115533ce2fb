package io.whorl.transport;

import java.time.Duration;
import java.util.Objects;

/**
 * How a transport behaves. Immutable; begin with {@link #defaults}.
 *
 * @param threads how many event loops a {@link NettyTransport} starts for itself. Default 1.
 * @param connectTimeout how long a connection may take to be made. Default 2 s.
 * @param handshakeTimeout how long both sides may take to introduce themselves. Default 5 s.
 * @param backoffMin the pause before the first new attempt to connect; each further one is twice as long, less up to half of
 *     it at random. Default 50 ms.
 * @param backoffMax the longest such pause. Default 2 s.
 * @param refusedBackoff the pause after an attempt that either side refused. Default 5 s.
 * @param heartbeat how long a connection may be silent before a heartbeat is sent. Default 1 s.
 * @param deadAfter how long nothing at all may arrive before a connection counts as dead and is closed. Default 10 s.
 * @param idleTimeout how long a connection that was made for {@code send(Address, …)} alone is kept without use. Default 60 s.
 * @param maxInFlightBytes how many bytes may be under way to one node, beyond which sending answers FULL; a single larger
 *     message is taken when nothing else is under way. Default 64 MiB.
 * @param maxTotalInFlightBytes the same for all nodes together; a single message is taken for each to which nothing else is under
 *     way. Default 256 MiB.
 */
public record TransportOptions(
        int threads,
        Duration connectTimeout,
        Duration handshakeTimeout,
        Duration backoffMin,
        Duration backoffMax,
        Duration refusedBackoff,
        Duration heartbeat,
        Duration deadAfter,
        Duration idleTimeout,
        long maxInFlightBytes,
        long maxTotalInFlightBytes) {
    private static final TransportOptions DEFAULTS = new TransportOptions(
            1,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            64L << 20,
            256L << 20);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a number or duration is not positive, {@code backoffMax} is below
     *     {@code backoffMin}, or {@code deadAfter} is not above {@code heartbeat}
     */
    public TransportOptions {
        require(threads > 0, "threads must be positive, was " + threads);
        require(maxInFlightBytes > 0, "maxInFlightBytes must be positive, was " + maxInFlightBytes);
        require(maxTotalInFlightBytes > 0, "maxTotalInFlightBytes must be positive, was " + maxTotalInFlightBytes);
        positive(connectTimeout, "connectTimeout");
        positive(handshakeTimeout, "handshakeTimeout");
        positive(backoffMin, "backoffMin");
        positive(backoffMax, "backoffMax");
        positive(refusedBackoff, "refusedBackoff");
        positive(heartbeat, "heartbeat");
        positive(deadAfter, "deadAfter");
        positive(idleTimeout, "idleTimeout");
        require(
                backoffMax.compareTo(backoffMin) >= 0,
                "backoffMax of " + backoffMax + " must be at least backoffMin, " + backoffMin);
        require(
                deadAfter.compareTo(heartbeat) > 0,
                "deadAfter of " + deadAfter + " must be above heartbeat, " + heartbeat
                        + ": else a healthy silent connection would be closed");
    }

    /** The defaults that the parameters' descriptions name. */
    public static TransportOptions defaults() {
        return DEFAULTS;
    }

    /** These options with another number of event loops. */
    public TransportOptions withThreads(int count) {
        return new TransportOptions(
                count,
                connectTimeout,
                handshakeTimeout,
                backoffMin,
                backoffMax,
                refusedBackoff,
                heartbeat,
                deadAfter,
                idleTimeout,
                maxInFlightBytes,
                maxTotalInFlightBytes);
    }

    /** These options with other bounds for making a connection and introducing oneself. */
    public TransportOptions withTimeouts(Duration connect, Duration handshake) {
        return new TransportOptions(
                threads,
                connect,
                handshake,
                backoffMin,
                backoffMax,
                refusedBackoff,
                heartbeat,
                deadAfter,
                idleTimeout,
                maxInFlightBytes,
                maxTotalInFlightBytes);
    }

    /** These options with other pauses between attempts to connect. */
    public TransportOptions withBackoff(Duration min, Duration max, Duration refused) {
        return new TransportOptions(
                threads,
                connectTimeout,
                handshakeTimeout,
                min,
                max,
                refused,
                heartbeat,
                deadAfter,
                idleTimeout,
                maxInFlightBytes,
                maxTotalInFlightBytes);
    }

    /** These options with another watch over silent connections. */
    public TransportOptions withLiveness(Duration beat, Duration dead, Duration idle) {
        return new TransportOptions(
                threads,
                connectTimeout,
                handshakeTimeout,
                backoffMin,
                backoffMax,
                refusedBackoff,
                beat,
                dead,
                idle,
                maxInFlightBytes,
                maxTotalInFlightBytes);
    }

    /** These options with another bound on the bytes under way to one node. */
    public TransportOptions withMaxInFlightBytes(long bytes) {
        return new TransportOptions(
                threads,
                connectTimeout,
                handshakeTimeout,
                backoffMin,
                backoffMax,
                refusedBackoff,
                heartbeat,
                deadAfter,
                idleTimeout,
                bytes,
                maxTotalInFlightBytes);
    }

    /** These options with another bound on the bytes under way to all nodes together. */
    public TransportOptions withMaxTotalInFlightBytes(long bytes) {
        return new TransportOptions(
                threads,
                connectTimeout,
                handshakeTimeout,
                backoffMin,
                backoffMax,
                refusedBackoff,
                heartbeat,
                deadAfter,
                idleTimeout,
                maxInFlightBytes,
                bytes);
    }

    private static void positive(Duration duration, String name) {
        Objects.requireNonNull(duration, name);
        require(!duration.isNegative() && !duration.isZero(), name + " must be positive, was " + duration);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
