package io.whorl.core.replica;

/** How far a replica can be counted on, from the best to the worst. */
public enum Standing {
    /** It has all that it ever acknowledged, and serves everything. */
    SOUND,
    /** A loss of power may have undone what it acknowledged: it answers no strict read until it has caught up with enough peers. */
    BEHIND,
    /** What could be read is salvaged: its peers may have that, while it takes itself anew from them. It answers no request. */
    SALVAGED,
    /** It met something that it cannot read, and is being salvaged: it serves nobody, not even its peers. */
    UNREADABLE;

    /** Whether it answers no request, since what it does not have may be what it has lost. */
    public boolean isInDoubt() {
        return this == UNREADABLE || this == SALVAGED;
    }
}
