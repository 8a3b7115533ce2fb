/**
 * What a node holds of one (bucket, partition): records, the seen-set, the dot log, and the steps that change them together.
 *
 * <p>Entry class: {@link io.whorl.core.replica.Replica}; {@link io.whorl.core.replica.ReplicaLane} is what code that works with
 * replicas may use of the lane it runs on. Imports {@code version}, {@code ring}, {@code message}, {@code spi} and {@code api}.
 *
 * <p>Invariants: records and seen-set change in one batch; the seen-set is what is checkpointed joined with what is logged; a dot
 * enters the seen-set only together with the record that carries its effect; everything of one replica runs on one lane.
 */
package io.whorl.core.replica;
