/**
 * Clusters of real processes on loopback: killed the hard way, stopped, cut off from each other, and without power. The history of all
 * operations is checked afterwards.
 *
 * <p>{@link io.whorl.processes.NodeProcess} is what runs in each process, {@link io.whorl.processes.NodeHandle} the test's end of its
 * pipes, {@link io.whorl.processes.ProcessCluster} all of them; {@link io.whorl.processes.FaultProxy} is the network between them,
 * {@link io.whorl.processes.Load} who reads and writes. For the loss of power a whole cluster lives in one process ({@link
 * io.whorl.processes.Machine}) that is stopped dead; what {@link io.whorl.processes.DiskImage} says its disks are sure to have is all
 * that the next one gets.
 */
package io.whorl.processes;
