/**
 * Measurements. Nothing here is published or asserted; figures that decided something are in {@code docs/decisions}, the others in
 * {@code docs/performance.md}.
 *
 * <p>Entry classes: each class with a {@code main}. May import every module of Whorl.
 */
package io.whorl.benchmarks;
