/**
 * Requests: each is an object that lives from its first message to its outcome, and owns a tally, a deadline and what it sent.
 *
 * <p>{@link io.whorl.core.coordinate.Put} is the life of a put or delete at a holder, {@link io.whorl.core.coordinate.FallbackPut}
 * at a node that stands in for all holders; both hand it to their {@link io.whorl.core.coordinate.Replication}.
 * {@link io.whorl.core.coordinate.Get} is the life of a get, {@link io.whorl.core.coordinate.Forwarding} hands a write to a holder.
 * Imports {@code replica}, {@code quorum}, {@code handoff} and what those import.
 *
 * <p>A request is planned by the slots of one epoch ({@link io.whorl.core.coordinate.KeySlots},
 * {@code WritePlan}), and anew when they change.
 *
 * <p>Invariants: a request ends once for its caller, by its deadline, with one truthful outcome, whatever it does in the background
 * afterwards; it lives on one lane; a write has one dot, however often it is planned; an answer counts only for the plan that asked.
 */
package io.whorl.core.coordinate;
