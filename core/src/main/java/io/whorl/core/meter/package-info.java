/**
 * What a node counts of its own doings, and how full it is.
 *
 * <p>Entry class: {@link io.whorl.core.meter.Meters}. Imports nothing but the public types. Invariant: what happened is counted
 * where it happens, so that a count of zero means that it did not.
 */
package io.whorl.core.meter;
