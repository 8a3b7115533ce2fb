package io.whorl.api;

/** What a bucket does with concurrent writes to one key. */
public enum Conflicts {
    /** All of them are kept side by side until a write that has seen them: nothing is lost. The default. */
    SIBLINGS,
    /**
     * The one with the highest hybrid timestamp wins, others are lost although they were acknowledged. The next write through
     * any coordinator removes the losers. For data where only the newest value matters.
     */
    LAST_WRITE_WINS
}
