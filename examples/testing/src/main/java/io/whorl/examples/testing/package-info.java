/**
 * A tiny service on Whorl, to show how one tests such a service against a whole cluster.
 *
 * <p>Entry class: {@link io.whorl.examples.testing.CartService}. Imports of Whorl {@code io.whorl} and {@code io.whorl.api}; its
 * test also {@code io.whorl.testkit}.
 */
package io.whorl.examples.testing;
