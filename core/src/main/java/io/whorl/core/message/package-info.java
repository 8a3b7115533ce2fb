/**
 * What nodes say to each other, as values; how they become bytes is the transport's matter.
 *
 * <p>A {@link io.whorl.core.message.ReplicaMessage} concerns one replica and is handled on the lane of its partition, a
 * {@link io.whorl.core.message.RepairMessage} on the lanes of the sections it speaks of, a
 * {@link io.whorl.core.message.ClusterMessage} on the lane of the cluster state. Imports {@code version}, {@code ring} and
 * {@code api}.
 */
package io.whorl.core.message;
