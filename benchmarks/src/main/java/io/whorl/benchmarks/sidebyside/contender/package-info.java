/**
 * The stores that are compared. Each does what its description says, and nothing for the sake of a figure.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.sidebyside.contender.Engines}. May import Whorl's public API, the floor and
 * {@code engine}.
 */
package io.whorl.benchmarks.sidebyside.contender;
