/**
 * A whole cluster inside one JVM, for tests.
 *
 * <p>Entry class: {@link io.whorl.testkit.TestCluster}. Its nodes are what an application runs, {@code io.whorl.internal}'s
 * {@code EmbeddedNode} over the production protocol; only the world around them is made of objects: a network whose links can be cut
 * and slowed, and disks that survive the node. May import every module of Whorl; JUnit only in {@code ClusterExtension}, so that a
 * cluster can be started without it.
 */
package io.whorl.testkit;
