/**
 * What nodes cost that do nothing: how long a cluster takes to start, and what it uses while it is idle; and how many bytes stored data
 * takes. Each is measured by a class with a {@code main} of its own, in a JVM of its own.
 *
 * <p>Entry classes: {@link io.whorl.benchmarks.footprint.StartUp}, {@link io.whorl.benchmarks.footprint.Idling},
 * {@link io.whorl.benchmarks.footprint.DiskUse}. Uses Whorl as applications do, and the testkit.
 *
 * <p>Invariants: everything is closed and removed at the end; nothing runs longer than it was told.
 */
package io.whorl.benchmarks.footprint;
