/**
 * One node: the object that an application's process, a test cluster and the simulator all run.
 *
 * <p>Entry class: {@link io.whorl.core.node.Node}. It spreads partitions over lanes, routes messages to them, and tells its
 * listener when it is ready and when it has stopped. May import every other package of core.
 */
package io.whorl.core.node;
