package io.whorl.core.coordinate;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.List;
import java.util.Map;
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
    void repair(Map<NodeId, Record> answers, Record joined) {
        List<NodeId> holders = order.slots(lane).readers();
        DotSet dots = joined.siblingDots();
        for (Map.Entry<NodeId, Record> answer : answers.entrySet()) {
            if (!holders.contains(answer.getKey())
                    || answer.getValue().siblingDots().equals(dots)) {
                continue;
            }
            if (lane.isBusy()) {
                lane.meters().add(Counter.READ_REPAIRS_SHED);
            } else if (answer.getKey().equals(lane.self())) {
                repairOwn(joined);
            } else if (lane.send(answer.getKey(), replicate(joined)) == SendResult.SENT) {
                lane.meters().add(Counter.READ_REPAIRS);
            }
        }
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
