package io.whorl.core.replica;

import java.util.function.Function;
import java.util.function.Supplier;

/** A replica's part in its lane's {@link GroupCommit}: what it knows in memory before it is stored, and how that is taken back. */
final class Ahead implements GroupCommit.Member {
    private final Holdings holdings;
    private final OwnDots own;
    private final Glance glance;
    private final Function<Supplier<Void>, Void> sound;
    private GroupCommit commits;
    private long made;

    /** @param sound runs what reads; something that cannot be read puts the replica in doubt */
    Ahead(Holdings holdings, OwnDots own, Glance glance, Function<Supplier<Void>, Void> sound) {
        this.holdings = holdings;
        this.own = own;
        this.glance = glance;
        this.sound = sound;
    }

    void commitWith(GroupCommit group) {
        commits = group;
        holdings.commitWith(group);
    }

    /** Who looks at what is known here sees nothing that is not stored. */
    void settle() {
        if (commits != null) {
            commits.flush();
        }
    }

    /** Whether the present step is one whose changes are gathered; if so, this runs ahead from now on. */
    boolean begin() {
        if (commits == null || !commits.isStaging()) {
            return false;
        }
        if (!holdings.isAhead()) {
            commits.join(this);
            made = own.count();
            holdings.begin();
        }
        return true;
    }

    @Override
    public void committing() {
        glance.hide();
    }

    @Override
    public void committed() {
        holdings.committed();
        glance.show();
    }

    @Override
    public void undo() {
        if (holdings.isAhead()) {
            own.takeBack(made);
            sound.apply(() -> {
                holdings.undo();
                return null;
            });
        }
        glance.show();
    }
}
