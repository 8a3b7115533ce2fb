package io.whorl;

import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.NodeClosedException;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeStatus;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestTimedOutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Changes of the cluster, and what they would cost. Any member can be asked; more than half of the voters ({@link NodeStatus#voters})
 * have to be reachable from it. Gets and puts go on all the while, and need no voter.
 *
 * <p>Except for {@link #leave}, a method that changes something returns once the change is agreed, within the node's request timeout. The
 * moves of replicas that follow from it take their time in the background, yield to callers, and go on after crashes and restarts of
 * any node; {@link NodeStatus#moves} and {@link NodeEvent.ClusterAtRest} tell of them. Each change is made once, however often it is
 * asked for.
 *
 * <p>Beside what the methods name, all of them throw:
 * <ul>
 *   <li>{@link ChangeRefusedException} if the change does not fit the cluster as it is now; nothing was changed
 *   <li>{@link QuorumUnavailableException} if the node belongs to no cluster yet, or reaches too few voters; nothing was changed
 *   <li>{@link RequestTimedOutException} if no answer came in time; the change may be made yet
 *   <li>{@link NodeClosedException} if this node is closing or closed
 *   <li>{@link RequestInterruptedException} if the calling thread is interrupted; the change may be made yet
 *   <li>{@link IllegalStateException} if called on one of the node's own threads
 * </ul>
 */
public interface ClusterOperations extends ClusterPlans {

    /**
     * Takes this node out of its cluster for good: gives all of its slots and hints to others, and then closes it as {@link Whorl#close}
     * does. It serves until the end. Waits as long as that takes, which is about the time to copy the node's data; its data
     * directory is of no use afterwards. To stop a node that is to come back, close it.
     *
     * <p>If this fails, or the process dies meanwhile, the node is a leaving member all the same: it goes on giving its slots away
     * whenever it runs, and can be asked again.
     *
     * @throws ChangeRefusedException if no other active member would be left
     */
    void leave();

    /**
     * {@link #leave()} that waits for so long only.
     *
     * @throws RequestTimedOutException if the node had not given everything away by then; it goes on doing so, and the message says how
     *     much is left
     * @throws IllegalArgumentException if the time is not positive
     */
    void leave(Duration patience);

    /** {@link #leave()} that does not wait: completes on the callback executor once the node has left and is closed. */
    CompletableFuture<Void> leaveAsync();

    /**
     * Removes a member that is lost for good, whose disk will never be seen again: its slots are rebuilt on the others from their
     * copies. From then on it is refused wherever it appears. A write that was acknowledged by lost members alone is lost with them.
     *
     * @param nodeId the lost member, as {@link Whorl#nodeId} named it
     * @throws ChangeRefusedException if it answers (then it should {@link #leave}), if it is this node, if it is no member, or if no
     *     other active member is left
     * @throws IllegalArgumentException if the id is not sixteen hexadecimal digits
     */
    void remove(String nodeId);

    /**
     * {@link #remove} that gives the lost member's slots to this node, as far as it does not hold the partitions itself already. To have
     * a new node take them as it joins, say so when it is started: {@link WhorlBuilder#replaces}.
     *
     * @param nodeId the lost member
     * @throws ChangeRefusedException as {@link #remove} does
     * @throws IllegalArgumentException if the id is not sixteen hexadecimal digits
     */
    void replace(String nodeId);

    /**
     * Gives this node another share of the data.
     *
     * @param weight its share relative to the others', 1 to 1,000
     * @throws IllegalArgumentException if it is out of these bounds
     */
    void reweigh(int weight);

    /**
     * Changes N, R, W or the kind of quorums of a bucket. Until every partition has its new number of copies, the larger of the
     * quorums before and after hold.
     *
     * @param name the bucket's name
     * @param options all of its options; conflicts and durability have to stay what they are
     * @throws io.whorl.api.BucketMismatchException if conflicts or durability differ
     * @throws ChangeRefusedException if there is no such bucket, or if its N is being changed already
     */
    void changeBucket(String name, BucketOptions options);

    /**
     * Drops a bucket with everything in it, on every node; does nothing if there is none of this name. It cannot be undone. Its name
     * can be used anew at once, and nothing of the old one will show; handles on the old one fail.
     *
     * @param name the bucket's name
     */
    void dropBucket(String name);

    /**
     * Goes on without the majority of the voters, when that is lost for good: founds a new line of epochs with the survivors as its only
     * members, beginning with the newest state that any of them knows. All others are removed; what only they held is lost, and a
     * partition of which nobody survives begins empty. Nodes of the old line are told so when they appear, and are no members any more.
     *
     * <p>This is the one operation that can make two clusters of one, if the others are alive and merely out of reach. Be sure that they
     * are not. It is asked of one survivor; all of them have to run and to reach each other.
     *
     * @param survivors the identities of all nodes that are left, this one's among them
     * @throws ChangeRefusedException if a survivor reaches a majority of the voters (then {@link #remove} the others), is no member, or if
     *     this node or an active member is not among them
     * @throws QuorumUnavailableException if a survivor cannot be reached; nothing was changed
     * @throws RequestTimedOutException if a survivor does not answer in time; nothing was changed
     * @throws IllegalArgumentException if the set is empty or names something else than identities
     */
    void recoverFrom(Set<String> survivors);
}
