package io.whorl.core.message;

/**
 * A message on its way.
 *
 * @param toRun the run of the receiver that it is meant for, 0 for whichever; another run drops it, so that nothing that was
 *     said to a process is done by the one that was started after it
 * @param epoch the newest epoch that the sender knows, 0 when it belongs to no cluster yet
 * @param asOf the newest freeze of runs for which the sender had durably reported what it has seen when it said this, 0 if none:
 *     what it says of those runs cannot be lost any more, and is the same everywhere if they are closed
 * @param message what is said
 */
public record Envelope(long toRun, long epoch, long asOf, Message message) {
    /** A message of somebody who has reported for no freeze. */
    public Envelope(long toRun, long epoch, Message message) {
        this(toRun, epoch, 0, message);
    }
}
