package io.whorl.core.node;

import io.whorl.core.coordinate.Failures;
import io.whorl.core.message.Failure;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of peers' messages, and of callers' requests, to one lane. What peers ask is let in as long as there is room, else refused at once; what can best wait
 * is refused first. What is let in and has outlived its asker's patience when its turn comes is dropped undone. All methods but
 * {@link #serve} may be called on any thread.
 */
final class PeerInbox {
    private final Node node;
    private final PartitionLane lane;
    private final InboxLimits limits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger callers = new AtomicInteger();
    private final DrainRate rate = new DrainRate();

    PeerInbox(Node node, PartitionLane lane, InboxLimits limits) {
        this.node = node;
        this.lane = lane;
        this.limits = limits;
    }

    /** A message about a replica. */
    record Arrived(NodeId from, long run, long epoch, long asOf, ReplicaMessage message) {}

    /** Takes messages about replicas to the lane, as one task, but for those that are refused. */
    void arrived(List<Arrived> together) {
        List<Arrived> admitted = new ArrayList<>(together.size());
        int requests = 0;
        long size = 0;
        for (Arrived each : together) {
            Urgency urgency = Urgency.of(each.message);
            long bytes = urgency == Urgency.ANSWER ? 0 : MessageSizes.bytes(each.message);
            if (urgency == Urgency.ANSWER) {
                admitted.add(each);
            } else if (admit(urgency, bytes)) {
                admitted.add(each);
                requests++;
                size += bytes;
            } else {
                refuse(each.from, each.run, each.message);
            }
        }
        if (!admitted.isEmpty()) {
            take(admitted, requests, size);
        }
    }

    private void take(List<Arrived> admitted, int requests, long size) {
        long arrivedAt = lane.lane().nanoTime();
        lane.unguarded().execute(() -> {
            if (requests > 0) {
                leave(requests, size);
            }
            node.guarded(() -> {
                for (Arrived each : admitted) {
                    serve(each.from, each.run, each.epoch, each.asOf, each.message, arrivedAt);
                }
            });
        });
    }

    /** Takes a message about several replicas to the lane, or refuses it. */
    void arrived(NodeId from, long run, long epoch, long asOf, RepairMessage message) {
        Urgency urgency = Urgency.of(message);
        if (urgency == Urgency.ANSWER) {
            execute(() -> lane.received(from, run, epoch, asOf, message));
            return;
        }
        long size = MessageSizes.bytes(message);
        if (admit(urgency, size)) {
            lane.unguarded().execute(() -> {
                leave(1, size);
                node.guarded(() -> lane.received(from, run, epoch, asOf, message));
            });
        } else {
            refuse(from, run, message);
        }
    }

    /** Takes a message about a move to the lane; they are few, and asked again when they are lost. */
    void arrived(NodeId from, long run, MoveMessage message) {
        execute(() -> lane.received(from, run, message));
    }

    private void execute(Runnable task) {
        lane.unguarded().execute(() -> node.guarded(task));
    }

    private boolean admit(Urgency urgency, long size) {
        int count = waiting.incrementAndGet();
        long all = bytes.addAndGet(size);
        boolean room = count <= (long) limits.messages() * urgency.percent() / 100
                && (count == 1 || all <= limits.bytes() / 100.0 * urgency.percent());
        if (!room) {
            waiting.decrementAndGet();
            bytes.addAndGet(-size);
        }
        return room;
    }

    private void leave(int requests, long size) {
        bytes.addAndGet(-size);
        rate.left(lane.lane().nanoTime(), requests, waiting.addAndGet(-requests) > 0 || callers.get() > 0);
    }

    /** Its turn has come, on the lane: it is done, unless nobody waits for it any more. */
    void serve(NodeId from, long run, long epoch, long asOf, ReplicaMessage message, long arrivedAt) {
        long timeout = MessageSizes.timeoutNanos(message);
        long waited = lane.lane().nanoTime() - arrivedAt;
        if (timeout > 0 && waited >= timeout) {
            node.meters().add(Counter.EXPIRED_IN_QUEUE);
        } else if (message instanceof ReplicaMessage.Forward forward) {
            lane.received(
                    from,
                    run,
                    epoch,
                    asOf,
                    within(forward, timeout - waited),
                    lane.lane().nanoTime());
        } else {
            lane.received(from, run, epoch, asOf, message, arrivedAt);
        }
    }

    /** A forward is coordinated within what is left of its caller's time. */
    private static ReplicaMessage.Forward within(ReplicaMessage.Forward forward, long timeoutNanos) {
        return new ReplicaMessage.Forward(
                forward.request(),
                forward.replica(),
                forward.fingerprint(),
                forward.key(),
                forward.write(),
                forward.quorum(),
                forward.strict(),
                timeoutNanos,
                forward.latestTimestamp(),
                forward.zones());
    }

    /** There is no room for this message. Nothing is done about an answer: what was asked will have to be asked again. */
    void refuse(NodeId from, long run, Message message) {
        Meters meters = node.meters();
        meters.add(Counter.REFUSED_OVERLOADED);
        meters.add(
                switch (Urgency.of(message)) {
                    case ANTI_ENTROPY -> Counter.SHED_ANTI_ENTROPY;
                    case HINT -> Counter.SHED_HINTS;
                    case REPAIR -> Counter.SHED_REPAIR;
                    default -> Counter.SHED_CALLERS;
                });
        if (message instanceof ReplicaMessage.Forward forward) {
            refuseForward(from, run, forward.request(), forward.replica());
        } else if (message instanceof RepairMessage.Push push) {
            answer(from, run, push.request(), push.replica());
        } else if (message instanceof ReplicaMessage asked) {
            long request = request(asked);
            if (request != 0) {
                answer(from, run, request, asked.replica());
            }
        }
    }

    /** The number under which the sender waits for an answer; 0 if it does not. */
    private static long request(ReplicaMessage message) {
        if (message instanceof ReplicaMessage.Read read) {
            return read.request();
        } else if (message instanceof ReplicaMessage.Replicate replicate) {
            return replicate.request();
        } else if (message instanceof ReplicaMessage.Pull pull) {
            return pull.request();
        } else if (message instanceof ReplicaMessage.Stream stream) {
            return stream.request();
        } else if (message instanceof HintMessage.Keep keep) {
            return keep.request();
        } else if (message instanceof HintMessage.HandOver handed) {
            return handed.request();
        }
        return 0;
    }

    private void answer(NodeId from, long run, long request, ReplicaId replica) {
        node.answer(
                from,
                run,
                node.epoch(),
                new ReplicaMessage.Refuse(
                        request,
                        replica,
                        Refusal.OVERLOADED,
                        "node " + node.id() + " has " + waiting.get() + " messages of " + bytes.get()
                                + " bytes waiting for this partition's lane"));
    }

    /** What this message would bring is in doubt: its sender has to have reported what it has seen. */
    void refuseFrozen(NodeId from, long run, Message message) {
        String detail = "it names what its sender may have lost of runs that are being closed, or are closed";
        if (message instanceof RepairMessage.Push push) {
            refuseFrozen(from, run, push.request(), push.replica(), detail);
        } else if (message instanceof ReplicaMessage asked && request(asked) != 0) {
            refuseFrozen(from, run, request(asked), asked.replica(), detail);
        }
    }

    private void refuseFrozen(NodeId from, long run, long request, ReplicaId replica, String detail) {
        node.answer(from, run, node.epoch(), new ReplicaMessage.Refuse(request, replica, Refusal.FROZEN, detail));
    }

    /**
     * A refused forward must not be executed if it is repeated later, because the sender goes to another holder; so the lane takes
     * its number up. If even that would be too much it is left unanswered, and its sender does not know what became of it.
     */
    private void refuseForward(NodeId from, long run, long request, ReplicaId replica) {
        if (refusals.incrementAndGet() > limits.messages()) {
            refusals.decrementAndGet();
            node.meters().add(Counter.FORWARDS_UNANSWERED);
            return;
        }
        lane.unguarded().execute(() -> {
            refusals.decrementAndGet();
            node.guarded(() -> lane.refuseForward(run, request, () -> answer(from, run, request, replica)));
        });
    }

    /**
     * Lets a request of a caller on this node in, to begin in its turn; or, if the lane has no room for it, says so.
     *
     * @param stored whether it is stored before it is sent to others: then it is faster, even alone, to leave it to the thread that sends
     */
    Optional<Failure> offer(Runnable begin, boolean stored) {
        callers.incrementAndGet();
        Runnable task = () -> {
            rate.left(lane.lane().nanoTime(), 1, callers.decrementAndGet() > 0 || waiting.get() > 0);
            begin.run();
        };
        // One caller alone is served soonest by itself; what several ask for is cheaper done together.
        boolean alone = !stored && lane.admission().underWay() <= 1;
        boolean accepted =
                alone ? lane.unguarded().offer(task) : lane.unguarded().post(task);
        if (accepted) {
            return Optional.empty();
        }
        callers.decrementAndGet();
        int queued = callers.get() + waiting.get();
        long halfDrained = rate.nanosFor(Math.max(1, queued / 2), lane.lane().nanoTime());
        return Optional.of(Failures.overloaded(halfDrained, queued + " requests wait for this partition's lane"));
    }

    /** How full the inbox is, from 0 to 1, by count or bytes. */
    double load() {
        double share = Math.max(
                (double) waiting.get() / limits.messages(),
                waiting.get() > 1 ? (double) bytes.get() / limits.bytes() : 0);
        return Math.min(1, share);
    }

    QueueSnapshot snapshot() {
        return new QueueSnapshot(callers.get(), waiting.get(), bytes.get());
    }
}
