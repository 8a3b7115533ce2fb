/**
 * The work that every engine does alike, and what is measured of it.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.sidebyside.work.Bench}. May import {@code engine}.
 */
package io.whorl.benchmarks.sidebyside.work;
