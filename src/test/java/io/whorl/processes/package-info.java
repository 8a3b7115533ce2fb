/**
 * Clusters of real processes on loopback, killed the hard way, stopped, and cut off from each other; the history of all operations is
 * checked afterwards.
 *
 * <p>{@link io.whorl.processes.NodeProcess} is what runs in each process, {@link io.whorl.processes.NodeHandle} the test's end of its
 * pipes, {@link io.whorl.processes.ProcessCluster} all of them; {@link io.whorl.processes.FaultProxy} is the network between them,
 * {@link io.whorl.processes.Load} who reads and writes.
 */
package io.whorl.processes;
