/**
 * The shopping cart of the Dynamo paper (SOSP 2007): a cluster is split in two, both sides change the same cart, and nothing that
 * was put into it is lost.
 *
 * <p>Entry class: {@link io.whorl.examples.cart.ShoppingCart}. Imports of Whorl what every application does, {@code io.whorl} and
 * {@code io.whorl.api}, and {@code io.whorl.testkit} for a cluster in one process whose network can be split.
 */
package io.whorl.examples.cart;
