/**
 * A node that is killed, misses writes and deletes, returns, and has what it missed; with the counts of who brought it what.
 *
 * <p>Entry class: {@link io.whorl.examples.recovery.Recovery}. Imports of Whorl what every application does, {@code io.whorl} and
 * {@code io.whorl.api}, and {@code io.whorl.testkit} for a cluster in one process whose nodes can be killed.
 */
package io.whorl.examples.recovery;
