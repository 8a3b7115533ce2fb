package io.whorl.benchmarks.sidebyside.floor;

/** How a node brings its callers' requests to the copies. */
interface Coordinator {

    /** Takes a request from any thread. */
    void submit(Request request);
}
