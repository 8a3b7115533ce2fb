/**
 * Clusters of real processes on loopback, killed the hard way; a history of acknowledged writes is checked afterwards.
 *
 * <p>{@link io.whorl.processes.NodeProcess} is what runs in each process, {@link io.whorl.processes.NodeHandle} the test's
 * end of its pipes.
 */
package io.whorl.processes;
