/**
 * The entry to Whorl: {@link io.whorl.Whorl} is one running node, {@link io.whorl.WhorlBuilder} starts it.
 *
 * <p>What a node hands out is in {@code io.whorl.api}. May import {@code io.whorl.internal}, which does the work, and of core only
 * {@code io.whorl.api}: nothing of the protocol or of a library appears in a signature here.
 */
package io.whorl;
