/**
 * What runs behind {@code io.whorl}: a node with its lanes, storage and transport, and the handles on its buckets.
 *
 * <p><b>Not part of the contract</b>: anything here may change in any version. What is public is so for the testkit, which runs
 * the same {@link io.whorl.internal.EmbeddedNode} in another {@link io.whorl.internal.NodeWorld}, and for the benchmarks.
 *
 * <p>Entry class: {@link io.whorl.internal.EmbeddedNode}. May import every module below: core, storage, transport.
 *
 * <p>Invariants: nothing of a caller's runs on a lane; a request is counted from its acceptance to its end; everything that a node
 * opened is closed, in the opposite order, when it stops, for whatever reason it does; there is no static state.
 */
package io.whorl.internal;
