package io.whorl.benchmarks.sidebyside.work;

import org.HdrHistogram.Histogram;

/** One thread's part of a run; ends when the phase is over, or with a failure. */
interface Work {

    /** Works until the run is over. */
    void work(Phase phase) throws Exception;

    /** How many nanoseconds each request took; to be read once the work has ended. */
    Histogram took();
}
