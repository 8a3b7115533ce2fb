/**
 * How the voters of an epoch agree on the next one: single-decree Paxos (Lamport, "Paxos Made Simple"), one decree per epoch, as
 * values that send, store and wait for nothing.
 *
 * <p>Entry classes: {@link io.whorl.core.agreement.Voter}, what a voter does with a question, and
 * {@link io.whorl.core.agreement.Proposal}, one attempt of a proposer. Imports {@code message}, {@code ring}, {@code spi}. Duties of
 * whoever runs them:
 *
 * <ol>
 *   <li>What a {@link io.whorl.core.agreement.Reaction} has to store is stored, and synced, before its answer leaves.
 *   <li>A proposer begins with its own promise, which is durable before anybody else hears of the ballot.
 *   <li>A state is durable before a voter counts as knowing it; its acceptance is dropped in the batch that stores the state.
 *   <li>Messages may be lost, repeated and reordered at will.
 * </ol>
 *
 * <p>Then an epoch has one state (promise P8), which a test holds by trying every order of messages, losses and crashes of a small
 * cluster.
 */
package io.whorl.core.agreement;
