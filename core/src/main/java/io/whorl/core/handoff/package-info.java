/**
 * Hinted handoff: what a fallback keeps for nodes that cannot be reached, and how they get it when they are back.
 *
 * <p>Entry class: {@link io.whorl.core.handoff.HintStore}. Imports {@code replica} and what that imports. Invariants: a key has one
 * hint per target; a hint is never dropped by age or silently, past the bounds it is refused; an acknowledgement removes only the
 * version it names.
 */
package io.whorl.core.handoff;
