/**
 * Other stores that can be embedded, for the comparison. What was chosen and why is in
 * {@code docs/decisions/0025-what-is-compared.md}.
 *
 * <p>Entry classes: {@link io.whorl.benchmarks.peers.HazelcastKind} and {@link io.whorl.benchmarks.peers.IgniteKind}, found as
 * services. May import the suite's {@code engine}.
 */
package io.whorl.benchmarks.peers;
