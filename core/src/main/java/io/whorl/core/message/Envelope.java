package io.whorl.core.message;

/**
 * A message on its way.
 *
 * @param toRun the run of the receiver that it is meant for, 0 for whichever; another run drops it, so that nothing that was
 *     said to a process is done by the one that was started after it
 * @param epoch the newest epoch that the sender knows, 0 when it belongs to no cluster yet
 * @param message what is said
 */
public record Envelope(long toRun, long epoch, Message message) {}
