package io.whorl.transport;

import java.time.Duration;

/**
 * What carries the bytes of one {@link Connection}: a socket, or memory. Reports to the connection, always on the
 * connection's one thread, and {@link Connection#closed} exactly once, as the last.
 */
interface Pipe {
    /** Sends a step of the handshake; on the connection's thread. */
    void handshake(byte[] step);

    /**
     * Sends an envelope and takes its bytes out of the account when they have left; on any thread.
     *
     * @param frame the envelope behind {@link FrameEncoder#HEADROOM} bytes, which are written to
     */
    void send(byte[] frame, InFlight account);

    /** Stops reading, and lets go on; on any thread. What was read already may still arrive. */
    void reading(boolean on);

    /** The handshake is done: frames may be as large as the format permits; on the connection's thread. */
    void agreed();

    /** Closes after what was sent so far; on any thread, repeated calls do nothing. */
    void close();

    /** Runs a task on the connection's thread; on any thread. */
    void execute(Runnable task);

    /** Runs a task on the connection's thread after a while, unless the transport is closed by then. */
    void schedule(Duration delay, Runnable task);

    /** The other end, for logs. */
    String remote();
}
