package io.whorl.core.coordinate;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read repair: a holder whose answer to a get had other siblings than the joined record gets that record. Nothing is announced with
 * it, since it need not carry the effect of every write that it has seen. A fallback is not repaired: what it keeps is on its way.
 *
 * @param lane the lane of the get
 * @param order what was read
 */
record ReadRepair(RequestLane lane, Order order) {
    private static final Logger LOG = LoggerFactory.getLogger(ReadRepair.class);

    /** Sends the joined record to the holders among those that answered otherwise. */
    void repair(Answers answers, Record joined) {
        ReplicaSlots slots = order.slots(lane);
        for (NodeId node : answers.nodes()) {
            if (!slots.isReader(node) || hasSameDots(answers.of(node), joined)) {
                continue;
            }
            if (lane.isBusy()) {
                lane.meters().add(Counter.READ_REPAIRS_SHED);
            } else if (node.equals(lane.self())) {
                repairOwn(joined);
            } else if (lane.send(node, replicate(joined)) == SendResult.SENT) {
                lane.meters().add(Counter.READ_REPAIRS);
            }
        }
    }

    /** Siblings are ascending by their dots. */
    private static boolean hasSameDots(Record answer, Record joined) {
        List<Sibling> mine = answer.siblings();
        List<Sibling> theirs = joined.siblings();
        if (answer == joined || mine.size() != theirs.size()) {
            return answer == joined;
        }
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).dot().equals(theirs.get(i).dot())) {
                return false;
            }
        }
        return true;
    }

    private ReplicaMessage replicate(Record joined) {
        return new ReplicaMessage.Replicate(
                0, order.id(), order.bucket().fingerprint(), order.key(), joined, DotSet.empty(), DotSet.empty(), 0);
    }

    private void repairOwn(Record joined) {
        lane.replica(order.id()).ifPresent(replica -> {
            try {
                if (replica.receive(List.of(new Arrival(order.key(), joined, DotSet.empty())))) {
                    lane.meters().add(Counter.READ_REPAIRS);
                    lane.durableLine().touched(replica);
                }
            } catch (InDoubtException e) {
                LOG.debug("Read repair of replica {} has to wait until it is repaired itself", order.id());
            } catch (StorageException e) {
                if (!e.isFull()) {
                    throw e;
                }
                LOG.debug("Read repair of replica {} has to wait for space on the disk", order.id());
            }
        });
    }
}
