/**
 * What clients did, as they saw it themselves, and whether what a cluster holds in the end agrees with it.
 *
 * <p>{@link io.whorl.history.Operation} is one request, {@link io.whorl.history.HistoryCheck} the verdict. Neither looks at dots or
 * contexts: a fault in those must not be able to excuse itself.
 */
package io.whorl.history;
