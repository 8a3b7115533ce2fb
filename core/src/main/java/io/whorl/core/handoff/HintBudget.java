package io.whorl.core.handoff;

import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of hints a node keeps, for each target and in all, and how many it may. Shared by the node's lanes; every method
 * may be called on any thread.
 */
public final class HintBudget {
    private final long mostPerTarget;
    private final long most;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<NodeId, Share> shares = new ConcurrentSkipListMap<>();

    /**
     * What is kept for one target.
     *
     * @param count of the hints that can be read, which are those that will be handed over
     * @param bytes of keys and hints, those included that cannot be read
     * @param unreadable how many hints cannot be read
     */
    public record TargetHints(NodeId target, long count, long bytes, long unreadable) {}

    private static final class Share {
        final AtomicLong count = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong unreadable = new AtomicLong();
        final AtomicLong handedOver = new AtomicLong();
        final AtomicBoolean refusing = new AtomicBoolean();
    }

    /** A budget with these bounds, nothing of it taken. */
    public HintBudget(HintOptions options) {
        this.mostPerTarget = options.bytesPerTarget();
        this.most = options.bytes();
    }

    /** Takes the bytes by which something kept for the target grows, or nothing if that exceeds a bound. */
    boolean grow(NodeId target, long by) {
        if (by <= 0) {
            shrink(target, -by);
            return true;
        }
        if (!raise(bytes, by, most)) {
            return false;
        }
        if (!raise(share(target).bytes, by, mostPerTarget)) {
            bytes.addAndGet(-by);
            return false;
        }
        return true;
    }

    /** Gives back bytes. */
    void shrink(NodeId target, long by) {
        bytes.addAndGet(-by);
        share(target).bytes.addAndGet(-by);
    }

    /** Counts what was found on disk, which is kept even if it exceeds a bound that was lowered. */
    void recovered(NodeId target, long size) {
        shrink(target, -size);
        share(target).count.incrementAndGet();
    }

    void added(NodeId target) {
        share(target).count.incrementAndGet();
    }

    /** A hint was handed over, and its bytes are given back. */
    void handedOver(NodeId target, long size) {
        Share share = share(target);
        shrink(target, size);
        share.refusing.set(false);
        share.handedOver.incrementAndGet();
        share.count.decrementAndGet();
    }

    /** A hint was removed with its bucket. */
    void removed(NodeId target, long size, boolean readable) {
        Share share = share(target);
        shrink(target, size);
        share.refusing.set(false);
        (readable ? share.count : share.unreadable).decrementAndGet();
    }

    /** How many hints were handed over until none was left; 0 if some are left, or this was told before. */
    long finished(NodeId target) {
        Share share = share(target);
        return share.count.get() == 0 ? share.handedOver.getAndSet(0) : 0;
    }

    /** A hint turned out to be unreadable: it keeps its bytes, and is not handed over. */
    void unreadable(NodeId target) {
        share(target).count.decrementAndGet();
        share(target).unreadable.incrementAndGet();
    }

    /** Whether this is the first refusal since something was handed over, which is when an operator is told. */
    boolean isFirstRefusal(NodeId target) {
        return share(target).refusing.compareAndSet(false, true);
    }

    /** How many bytes all hints take, keys included. */
    public long bytes() {
        return bytes.get();
    }

    /** Whether nothing is left that could be handed over: none, or only what cannot be read. */
    public boolean isHandedOver() {
        return shares.values().stream().allMatch(share -> share.count.get() <= 0);
    }

    /** What is kept for each target that has hints, in the order of their ids. */
    public List<TargetHints> targets() {
        List<TargetHints> targets = new ArrayList<>();
        shares.forEach((target, share) -> {
            if (share.count.get() > 0 || share.unreadable.get() > 0) {
                targets.add(new TargetHints(target, share.count.get(), share.bytes.get(), share.unreadable.get()));
            }
        });
        return targets;
    }

    private Share share(NodeId target) {
        return shares.computeIfAbsent(target, any -> new Share());
    }

    private static boolean raise(AtomicLong counter, long by, long bound) {
        long before = counter.get();
        while (before <= bound - by) {
            if (counter.compareAndSet(before, before + by)) {
                return true;
            }
            before = counter.get();
        }
        return false;
    }
}
