/**
 * Closing the runs that have ended, so that nothing has to name them any more: asks, has them frozen, gathers what every replica
 * has seen of them, and has them closed if that is the same everywhere. Entry: {@link io.whorl.core.closing.Closer}.
 *
 * <p>Imports replica, message, ring, version. Invariants: a run that is some member's present one is never frozen; runs are closed only
 * after every member has durably reported for that very freeze; what is in doubt about a message is asked before it is taken.
 *
 * <p>Source: cluster.md, "Closing old runs"; docs/decisions/0021.
 */
package io.whorl.core.closing;
