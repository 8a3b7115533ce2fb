/**
 * Counting answers: pure values that say when enough slots have acknowledged, or when enough never will.
 *
 * <p>Entry classes: {@link io.whorl.core.quorum.SlotTally} for writes, where slots count, each on a node of its own, and
 * {@link io.whorl.core.quorum.ReadTally} for reads, where holders count first; {@link io.whorl.core.quorum.Zones} for writes that ask for
 * several zones. Imports {@code ring}.
 */
package io.whorl.core.quorum;
