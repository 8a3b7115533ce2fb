/**
 * What it costs a replica to make up for what it has missed, counted in messages and bytes.
 *
 * <p>{@link io.whorl.convergence.MissedWritesTest} is the entry; {@link io.whorl.convergence.MerkleOnPaper} says what hash trees would cost.
 */
package io.whorl.convergence;
