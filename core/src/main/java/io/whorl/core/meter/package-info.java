/**
 * What a node counts of its own doings.
 *
 * <p>Entry class: {@link io.whorl.core.meter.Meters}. Imports nothing. Invariant: what happened is counted where it happens, so
 * that a count of zero means that it did not.
 */
package io.whorl.core.meter;
