/**
 * Where a key lives: the hash, the partitions, the members, the placement and the cluster state they add up to.
 *
 * <p>Entry class: {@link io.whorl.core.ring.ClusterState}, one immutable value per epoch. From it hang the
 * {@link io.whorl.core.ring.Member}s, the {@link io.whorl.core.ring.BucketDefinition}s and the
 * {@link io.whorl.core.ring.Ring}; {@link io.whorl.core.ring.KeyHash} takes a key to its partition and
 * {@link io.whorl.core.ring.Placement} computes a ring.
 *
 * <p>May import: the JDK, {@code io.whorl.api}, {@code io.whorl.core.version}.
 *
 * <p>Invariants:
 * <ul>
 *   <li>Everything here is a value or a pure function: no clock, no random number, no hash order. The same input gives
 *       the same output on every JVM.
 *   <li>A preference list names no node twice, and only members.
 *   <li>Equal cluster states have equal encodings, and only the canonical encoding is decoded.
 *   <li>A bucket's number is the epoch that created it; it is never used again.
 * </ul>
 */
package io.whorl.core.ring;
