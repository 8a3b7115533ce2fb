/**
 * Lanes for production: what runs a node's tasks one at a time and tells it the time. Not part of the contract.
 *
 * <p>Entry class: {@link io.whorl.internal.lane.LaneGroup}, all lanes of one node. Imports core's ports and Netty's event loops.
 *
 * <p>Invariants: at any instant one thread at the most runs tasks of a lane, and everything one task did is visible to the next;
 * a task that throws is reported and does not end its lane; after {@code close} has returned no task runs any more.
 */
package io.whorl.internal.lane;
