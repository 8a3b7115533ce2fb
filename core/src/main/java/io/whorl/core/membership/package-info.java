/**
 * What this node knows of its cluster, and how it becomes part of one: the identity that belongs to its storage, founding, the
 * newest cluster state, and buckets created by agreement.
 *
 * <p>Entry class: {@link io.whorl.core.membership.Membership}. Imports {@code message}, {@code ring}, {@code spi}. Invariants: an
 * epoch has one cluster state; a node gives one founding vote in its life; a state is on disk before anyone hears of it from the
 * node that made it.
 */
package io.whorl.core.membership;
