/**
 * The quickstart: a cluster of three nodes that stores the Unicode character names, loses a node half-way, and gives every row
 * back.
 *
 * <p>Entry class: {@link io.whorl.examples.quickstart.Quickstart}. Imports of Whorl what every application does: {@code io.whorl}
 * and {@code io.whorl.api}.
 */
package io.whorl.examples.quickstart;
