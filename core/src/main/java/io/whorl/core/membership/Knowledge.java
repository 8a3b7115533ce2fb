package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The newest cluster state that this node knows. It knows a state only once that is durable here, so that nothing it does later rests on
 * an epoch that a loss of power takes back. Runs on the cluster's lane.
 */
final class Knowledge {
    private final ClusterLane lane;
    private final StorageEngine storage;
    private final MembershipStore store;
    private final Consumer<ClusterState> onKnown;
    private ClusterState known;
    /** The newest that was stored, perhaps not durable yet. */
    private ClusterState stored;

    private volatile Optional<Long> previousLine = Optional.empty();

    private boolean ended;

    Knowledge(ClusterLane lane, StorageEngine storage, Consumer<ClusterState> onKnown) {
        this.lane = lane;
        this.storage = storage;
        this.store = new MembershipStore(storage);
        this.onKnown = onKnown;
    }

    /** Takes up what was stored in an earlier run, which was synced before anything rested on it, or is synced now. */
    boolean recover() {
        Optional<ClusterState> kept = store.state();
        previousLine = store.previousLine();
        kept.ifPresent(state -> {
            stored = state;
            afterSync(() -> become(state));
        });
        return kept.isPresent();
    }

    /** The newest durable one; null as long as this node belongs to no cluster. */
    ClusterState known() {
        return known;
    }

    /** Whether a newer state is on its way to the disk: until it is there this node has no say in any epoch. */
    boolean isAdopting() {
        return stored != known;
    }

    /** The epoch of the newest state that was stored, durable or not; only if some state is known. */
    long storedEpoch() {
        return stored.epoch();
    }

    /**
     * Stores a state if it is newer, and knows it once it is durable; what was promised about its epoch goes with the same batch.
     *
     * @return false if the disk is full: then it has to be heard of again
     */
    boolean adopt(ClusterState newer) {
        return adopt(newer, Optional.empty());
    }

    /** The same of the first state of a line that takes the place of another one. */
    boolean adopt(ClusterState newer, long previous) {
        return adopt(newer, Optional.of(previous));
    }

    Optional<Long> previousLine() {
        return previousLine;
    }

    /** What to tell others of the newest state, also those of the line before. */
    ClusterMessage message() {
        return previousLine.isPresent()
                ? new RecoveryMessage.Recovered(previousLine.get(), known)
                : new ClusterMessage.State(known);
    }

    private boolean adopt(ClusterState newer, Optional<Long> previous) {
        if (isFork(known, newer) || isFork(stored, newer)) {
            lane.failed(new IllegalStateException("there is another cluster state of epoch " + newer.epoch()
                    + " than the one this node knows: epochs have forked"));
            return true;
        }
        if (stored != null && newer.epoch() <= stored.epoch()) {
            return true;
        }
        try {
            if (previous.isPresent()) {
                store.keep(newer, previous.get());
            } else {
                store.keep(newer);
            }
        } catch (StorageException e) {
            if (e.isFull()) {
                return false;
            }
            throw e;
        }
        stored = newer;
        previousLine = previous.or(() -> previousLine);
        afterSync(() -> become(newer));
        return true;
    }

    /** Runs a task on the lane once all that was stored so far is durable; never if that fails, which stops the node. */
    void afterSync(Runnable task) {
        storage.sync(new StorageEngine.Completion() {
            @Override
            public void succeeded() {
                lane.lane().execute(() -> {
                    if (!ended) {
                        task.run();
                    }
                });
            }

            @Override
            public void failed(StorageException failure) {
                lane.lane().execute(() -> lane.failed(failure));
            }
        });
    }

    void stop() {
        ended = true;
    }

    private static boolean isFork(ClusterState mine, ClusterState other) {
        return mine != null && mine.epoch() == other.epoch() && !mine.equals(other);
    }

    private void become(ClusterState newer) {
        if (known == null || newer.epoch() > known.epoch()) {
            // What was stored is compared by identity.
            known = newer.epoch() == stored.epoch() ? stored : newer;
            onKnown.accept(known);
        }
    }
}
