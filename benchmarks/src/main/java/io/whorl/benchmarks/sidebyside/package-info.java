/**
 * The side-by-side suite: the same closed-loop work with Whorl, with what it stands on, and with its peers, in rounds that take
 * turns, so that whatever else happens on the machine happens to all of them. How it works and what it measured is in
 * {@code docs/performance.md}.
 *
 * <p>Entry classes: {@link io.whorl.benchmarks.sidebyside.SideBySide}, which is run, and
 * {@link io.whorl.benchmarks.sidebyside.EngineProcess}, which it starts for each engine. May import its sub-packages.
 */
package io.whorl.benchmarks.sidebyside;
