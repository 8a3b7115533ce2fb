/**
 * Requests: each is an object that lives from its first message to its outcome, and owns a tally, a deadline and what it sent.
 *
 * <p>{@link io.whorl.core.coordinate.Put} is the life of a put or delete at a holder, {@link io.whorl.core.coordinate.Get} that of
 * a get, {@link io.whorl.core.coordinate.Forwarding} hands a write to a holder. Imports {@code replica}, {@code quorum} and what
 * those import.
 *
 * <p>Invariants: a request ends once, by its deadline, with one truthful outcome; it lives on one lane.
 */
package io.whorl.core.coordinate;
