package io.whorl.transport;

import io.whorl.core.ring.Address;
import java.time.Duration;

/** What {@link Peers} needs of the world: sockets or memory, and the one thread on which it decides. */
interface Carrier {
    /** Where this node listens. */
    Address address();

    /** Begins to connect. It ends in {@link Dialer#failed}, or in a {@link Connection} that was made with the dialer. */
    void dial(Address to, Dialer dialer);

    /** Runs a task on the deciding thread, at once if this is it. Tasks after closing are not run. */
    void decide(Runnable task);

    /** Runs a task on the deciding thread after a while, unless the transport is closed by then. */
    void schedule(Duration delay, Runnable task);
}
