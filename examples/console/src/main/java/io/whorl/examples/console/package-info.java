/**
 * A node with a small console: three of them, in three processes, are a cluster to try things on.
 *
 * <p>Entry class: {@link io.whorl.examples.console.Console}. Imports of Whorl what every application does: {@code io.whorl} and
 * {@code io.whorl.api}.
 */
package io.whorl.examples.console;
