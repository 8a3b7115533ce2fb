/**
 * The simulator: a whole cluster of production nodes in one thread, over simulated time, network and disks, from one seed.
 *
 * <p>Entry class: {@link io.whorl.testkit.simulation.Simulation}; {@link io.whorl.testkit.simulation.SimulationMain} runs many
 * seeds. Imports core and transport's codec, and nothing of the real adapters.
 *
 * <p>Invariants: everything that happens is an event of one {@code Kernel}, so equal seeds give equal traces, in every JVM; no
 * state is shared between two simulations; what the checkers demand is derived from the writes that happened, never from what a
 * replica claims to be right.
 */
package io.whorl.testkit.simulation;
