/**
 * How what a cluster costs grows: with keys, callers, nodes, values, buckets and partitions. Every row of the table is measured in a JVM of
 * its own, so that none inherits another's warmth, heap or files.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.growth.GrowthBenchmark}; {@link io.whorl.benchmarks.growth.RowBenchmark} is what it starts. May
 * import embedded and whorl.
 */
package io.whorl.benchmarks.growth;
