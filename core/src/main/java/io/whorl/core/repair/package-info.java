/**
 * Anti-entropy: two replicas of a partition compare what they have seen, and the one that lacks something asks for just that; or
 * for the whole replica, in key order, when the other's dot log no longer reaches back far enough.
 *
 * <p>What two nodes have seen they tell each other for all replicas that both hold, as far as it has changed; the reasons are in
 * docs/decisions/0015-anti-entropy.md.
 *
 * <p>Entry class: {@link io.whorl.core.repair.AntiEntropy}. Imports {@code replica} and what that imports. Invariant: nothing is
 * said when both sides have seen the same and told each other so.
 */
package io.whorl.core.repair;
