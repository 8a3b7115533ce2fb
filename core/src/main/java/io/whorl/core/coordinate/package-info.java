/**
 * Requests: each is an object that lives from its first message to its outcome, and owns a tally, a deadline and what it sent.
 *
 * <p>{@link io.whorl.core.coordinate.Put} is the life of a put or delete at a holder, {@link io.whorl.core.coordinate.FallbackPut}
 * at a node that stands in for all holders; both hand it to their {@link io.whorl.core.coordinate.Replication}.
 * {@link io.whorl.core.coordinate.Get} is the life of a get, {@link io.whorl.core.coordinate.Forwarding} hands a write to a holder.
 * Imports {@code replica}, {@code quorum}, {@code handoff} and what those import.
 *
 * <p>Invariants: a request ends once for its caller, by its deadline, with one truthful outcome, whatever it does in the background
 * afterwards; it lives on one lane.
 */
package io.whorl.core.coordinate;
