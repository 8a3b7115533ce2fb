/**
 * What was measured, as tables and as a picture.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.sidebyside.report.Report}. May import {@code work}.
 */
package io.whorl.benchmarks.sidebyside.report;
