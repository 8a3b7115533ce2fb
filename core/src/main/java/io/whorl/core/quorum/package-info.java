/**
 * Counting answers: pure values that say when enough slots have acknowledged, or when enough never will.
 *
 * <p>Entry class: {@link io.whorl.core.quorum.Tally}. Imports {@code ring}.
 */
package io.whorl.core.quorum;
