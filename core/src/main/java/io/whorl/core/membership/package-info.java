/**
 * What this node knows of its cluster, and how it becomes part of one: the identity that belongs to its storage, founding, joining, the
 * newest cluster state, and its changes by agreement.
 *
 * <p>Entry class: {@link io.whorl.core.membership.Membership}. Imports {@code agreement}, {@code message}, {@code ring}, {@code spi}.
 * Invariants: an epoch has one cluster state; a node gives one founding vote in its life; a node knows a state, speaks of it and acts on it
 * only once it is durable here; a change is answered as made only when the state in which it is made is known.
 */
package io.whorl.core.membership;
