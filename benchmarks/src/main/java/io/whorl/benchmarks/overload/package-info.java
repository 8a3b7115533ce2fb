/**
 * What becomes of a cluster that is offered more than it can do. Requests are made at instants that were set before, whatever has
 * become of the earlier ones, and latencies count from those instants, so that a system that stalls cannot hide it by being asked less
 * (coordinated omission). The load is made in the JVM of the nodes and takes its part of the same cores.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.overload.OverloadBenchmark}. May import embedded and whorl.
 */
package io.whorl.benchmarks.overload;
