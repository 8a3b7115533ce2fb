package io.whorl.api;

/** Which nodes' answers count toward R and W. Source: the Dynamo paper (SOSP 2007), section 4.6. */
public enum Quorums {
    /**
     * The first N reachable nodes of the key's preference list: where a holder cannot be reached, a fallback stands in, keeps the
     * write as a hint and hands it over later. Writes go on whatever is down; a read may miss a write that only fallbacks have.
     */
    SLOPPY,
    /** Holders only: with R+W&gt;N, a read that starts after a write was acknowledged sees it or its successor. */
    STRICT
}
