package io.whorl.core.coordinate;

import io.whorl.api.Conflicts;
import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.quorum.Tally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A get: asks every reachable holder, one of them for values and the others for dots and context only, joins the first R answers,
 * fetches values where the dots differ, and repairs what lacked something.
 */
public final class Get implements Request {
    private static final Logger LOG = LoggerFactory.getLogger(Get.class);

    private final RequestLane lane;
    private final ReplicaId id;
    private final BucketDefinition bucket;
    private final byte[] key;
    private final boolean strict;
    private final Callback<ReadResult> callback;
    private final Map<NodeId, Record> answers = new TreeMap<>();
    private final Map<NodeId, Boolean> fetching = new TreeMap<>();
    private long number;
    private long deadlineNanos;
    private Lane.Timer deadline;
    private Tally tally;
    private boolean ended;
    private String lastRefusal = "";
    private String mismatch;

    private Get(
            RequestLane lane,
            ReplicaId id,
            BucketDefinition bucket,
            byte[] key,
            boolean strict,
            Callback<ReadResult> callback) {
        this.lane = lane;
        this.id = id;
        this.bucket = bucket;
        this.key = key;
        this.strict = strict;
        this.callback = callback;
    }

    /**
     * Coordinates a read.
     *
     * @param quorum how many replicas must answer, at most as many as there are
     * @param strict only holders count
     */
    public static void begin(
            RequestLane lane,
            ReplicaId id,
            BucketDefinition bucket,
            byte[] key,
            int quorum,
            boolean strict,
            long timeoutNanos,
            Callback<ReadResult> callback) {
        new Get(lane, id, bucket, key, strict, callback).run(quorum, timeoutNanos);
    }

    private void run(int quorum, long timeoutNanos) {
        List<NodeId> asked = new ArrayList<>();
        Optional<Replica> own = lane.replica(id);
        for (NodeId holder :
                lane.state().ring().primaries(id.partition(), bucket.options().replicas())) {
            if (holder.equals(lane.self()) ? own.isPresent() : lane.isReachable(holder)) {
                asked.add(holder);
            }
        }
        if (asked.size() < quorum) {
            callback.failed(Failures.unavailable(quorum, asked.size(), "the read"));
            return;
        }
        tally = Tally.of(quorum, asked);
        number = lane.enter(this);
        deadlineNanos = lane.lane().nanoTime() + timeoutNanos;
        deadline = lane.lane().schedule(timeoutNanos, this::timedOut);
        boolean values = true;
        if (own.isPresent()) {
            values = !readOwn(own.get());
        }
        for (NodeId holder : preferred(asked)) {
            if (lane.send(holder, read(values)) == SendResult.SENT) {
                values = false;
            } else {
                tally = tally.fail(holder);
            }
        }
        proceed();
    }

    /** The asked nodes but this one, those that were silent lately last: the first is asked for values. */
    private List<NodeId> preferred(List<NodeId> asked) {
        List<NodeId> order = new ArrayList<>();
        asked.stream()
                .filter(node -> !node.equals(lane.self()) && !lane.isSilent(node))
                .forEach(order::add);
        asked.stream()
                .filter(node -> !node.equals(lane.self()) && lane.isSilent(node))
                .forEach(order::add);
        return order;
    }

    private ReplicaMessage.Read read(boolean values) {
        long left = Math.max(1, deadlineNanos - lane.lane().nanoTime());
        return new ReplicaMessage.Read(number, id, bucket.fingerprint(), key, values, strict, left);
    }

    private boolean readOwn(Replica replica) {
        if (strict && !replica.answersStrictReads()) {
            lastRefusal = replica.reason();
            tally = tally.fail(lane.self());
            return false;
        }
        try {
            answers.put(lane.self(), replica.excerpt(key).filled());
            tally = tally.acknowledge(lane.self());
            return true;
        } catch (InDoubtException e) {
            lastRefusal = e.getMessage();
            tally = tally.fail(lane.self());
            return false;
        }
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (ended) {
            return;
        }
        if (answer instanceof ReplicaMessage.ReadAnswer read) {
            Record record = read.record().fill(read.bases());
            answers.merge(from, record, Record::join);
            fetching.remove(from);
            tally = tally.acknowledge(from);
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
            if (refuse.reason() == Refusal.BUCKET_MISMATCH) {
                mismatch = "node " + from + ": " + refuse.detail();
            }
            lost(from);
        }
        proceed();
    }

    @Override
    public void disconnected(NodeId node) {
        lost(node);
        proceed();
    }

    /** A node that will not answer any more; if it was to bring values, they have to come from others. */
    private void lost(NodeId node) {
        tally = tally.fail(node);
        if (fetching.containsKey(node)) {
            fetching.put(node, false);
        }
    }

    private void proceed() {
        if (ended) {
            return;
        }
        if (tally.verdict() == Verdict.IMPOSSIBLE && mismatch != null) {
            fail(Failures.mismatch(mismatch));
        } else if (tally.verdict() == Verdict.IMPOSSIBLE) {
            fail(Failures.failed(tally, Outcome.NOT_APPLIED, "the read", lastRefusal));
        } else if (tally.verdict() == Verdict.SATISFIED) {
            Record joined = joined();
            if (joined.isComplete()) {
                finish(joined);
            } else {
                fetchValues(joined);
            }
        }
    }

    private Record joined() {
        Record joined = Record.empty();
        for (Record answer : answers.values()) {
            joined = joined.join(answer);
        }
        return joined;
    }

    /** Asks for values those nodes whose answers named dots that nobody has given a value for. */
    private void fetchValues(Record joined) {
        for (Sibling sibling : joined.siblings()) {
            if (!sibling.isWithheld() || isBeingFetched(sibling.dot())) {
                continue;
            }
            for (Map.Entry<NodeId, Record> answer : answers.entrySet()) {
                NodeId node = answer.getKey();
                boolean tried = fetching.containsKey(node);
                if (!tried && answer.getValue().siblingDots().contains(sibling.dot())) {
                    boolean sent = lane.send(node, read(true)) == SendResult.SENT;
                    fetching.put(node, sent);
                    if (sent) {
                        break;
                    }
                }
            }
            if (!isBeingFetched(sibling.dot()) && tally.outstanding().isEmpty()) {
                fail(Failures.failed(
                        tally, Outcome.NOT_APPLIED, "the read", "no replica could give a sibling's value"));
                return;
            }
        }
    }

    private boolean isBeingFetched(Dot dot) {
        for (Map.Entry<NodeId, Boolean> node : fetching.entrySet()) {
            if (node.getValue() && answers.get(node.getKey()).siblingDots().contains(dot)) {
                return true;
            }
        }
        return false;
    }

    private void finish(Record joined) {
        end();
        List<Sibling> siblings = joined.newestFirst();
        if (bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS && siblings.size() > 1) {
            siblings = List.of(siblings.get(0));
        }
        for (Sibling sibling : siblings) {
            lane.timestamps().returning(sibling.timestamp(), lane.lane().wallMillis());
        }
        callback.succeeded(new ReadResult(siblings, joined.history()));
        // Last, because storing may fail: the caller has the answer by then.
        repair(joined);
    }

    /** Read repair: whose siblings are not the joined ones gets the joined record. */
    private void repair(Record joined) {
        DotSet dots = joined.siblingDots();
        for (Map.Entry<NodeId, Record> answer : answers.entrySet()) {
            if (answer.getValue().siblingDots().equals(dots)) {
                continue;
            }
            if (answer.getKey().equals(lane.self())) {
                repairOwn(joined);
            } else {
                lane.send(
                        answer.getKey(),
                        new ReplicaMessage.Replicate(
                                0, id, bucket.fingerprint(), key, joined, DotSet.empty(), DotSet.empty(), 0));
            }
        }
    }

    private void repairOwn(Record joined) {
        lane.replica(id).ifPresent(replica -> {
            try {
                if (replica.receive(List.of(new Arrival(key, joined, DotSet.empty())))) {
                    lane.durableLine().touched(replica);
                }
            } catch (InDoubtException e) {
                LOG.debug("Read repair of replica {} has to wait until it is repaired itself", id);
            } catch (StorageException e) {
                if (!e.isFull()) {
                    throw e;
                }
                LOG.debug("Read repair of replica {} has to wait for space on the disk", id);
            }
        });
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.NOT_APPLIED, tally.acknowledged(), tally.required(), detail));
    }

    private void timedOut() {
        if (!ended) {
            tally.outstanding().forEach(lane::unanswered);
            fail(Failures.timedOut(tally, "the read"));
        }
    }

    private void fail(Failure failure) {
        if (!ended) {
            end();
            callback.failed(failure);
        }
    }

    private void end() {
        ended = true;
        deadline.cancel();
        lane.leave(number);
    }
}
