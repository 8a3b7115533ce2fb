/**
 * A bare quorum: what three copies cost with RocksDB and Netty when nothing else is done, no versions, no membership, no repair.
 * It is the yardstick of how much Whorl adds, so it is tuned as hard as Whorl is.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.sidebyside.floor.FloorEngine}. May import {@code engine}.
 */
package io.whorl.benchmarks.sidebyside.floor;
