package io.whorl.transport;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.MoveMessage.Ask;
import io.whorl.core.message.MoveMessage.Held;
import io.whorl.core.message.MoveMessage.Told;
import io.whorl.core.ring.Ring;
import io.whorl.transport.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** The messages about partitions whose slots change, to the wire and back; {@link MessageCodec} is the entry. */
final class MoveMessageCodec {
    private MoveMessageCodec() {}

    static void encode(MoveMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Ask m) {
            out.setAskReplicas(Wire.AskReplicas.newBuilder()
                    .setPartition(m.partition())
                    .setChanged(m.changed())
                    .setStop(m.stop()));
            return;
        }
        Told m = (Told) message;
        if (m.replicas().size() > MessageCodec.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    m.replicas().size() + " replicas of a partition; expected at most " + MessageCodec.MAX_ENTRIES);
        }
        Wire.ReplicasTold.Builder told = Wire.ReplicasTold.newBuilder()
                .setPartition(m.partition())
                .setChanged(m.changed())
                .setStopped(m.stopped());
        for (Held held : m.replicas()) {
            told.addReplicas(Wire.HeldReplica.newBuilder()
                    .setBucket(held.bucket())
                    .setSeen(Parts.dots(held.seen()))
                    .setDurable(Parts.dots(held.durable())));
        }
        out.setReplicasTold(told);
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static MoveMessage decode(Wire.Envelope wire) {
        if (wire.getMessageCase() == Wire.Envelope.MessageCase.ASK_REPLICAS) {
            Wire.AskReplicas m = wire.getAskReplicas();
            return new Ask(partition(m.getPartition()), m.getChanged(), m.getStop());
        }
        Wire.ReplicasTold m = wire.getReplicasTold();
        List<Held> replicas = new ArrayList<>(m.getReplicasCount());
        for (Wire.HeldReplica held : m.getReplicasList()) {
            replicas.add(new Held(held.getBucket(), Parts.dots(held.getSeen()), Parts.dots(held.getDurable())));
        }
        return new Told(partition(m.getPartition()), m.getChanged(), m.getStopped(), replicas);
    }

    private static int partition(int partition) {
        if (partition < 0 || partition >= Ring.MAX_PARTITIONS) {
            throw Parts.malformed(
                    "partition " + Integer.toUnsignedString(partition), "0 to " + (Ring.MAX_PARTITIONS - 1));
        }
        return partition;
    }
}
