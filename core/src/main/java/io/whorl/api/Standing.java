package io.whorl.api;

/** How far a member has come into or out of its cluster. */
public enum Standing {
    /** It has its share of the data. */
    ACTIVE,
    /** Its slots go to others, and then it is no member any more. */
    LEAVING,
    /** It was removed as lost for good: nobody asks it, and its slots are rebuilt on others. */
    REMOVED
}
