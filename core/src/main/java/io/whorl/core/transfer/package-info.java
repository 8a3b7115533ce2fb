/**
 * Slots that pass from one holder to another on this node: taking a replica, stopping the old holder, ending the move, and dropping
 * what a former holder has. What the cluster agrees on of it is in {@code ring}; here is what a node does before it may say that a
 * step is done.
 *
 * <p>Entry class: {@link io.whorl.core.transfer.Transfers}. Imports {@code repair}, {@code replica}, {@code message}, {@code ring},
 * {@code spi}. Invariants: a move ends only once its incoming node has durably all that the old holder had when it was stopped, or
 * that enough other holders have; a replica is dropped only once every complete holder has durably all that it had seen.
 *
 * <p>Source: cluster.md, "Moving a slot"; moves.py.
 */
package io.whorl.core.transfer;
