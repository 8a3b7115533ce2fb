package io.whorl.convergence;

import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;

/**
 * A transport whose sent messages are counted.
 *
 * @param carrier what carries them
 * @param traffic who counts
 */
record CountedTransport(Transport carrier, Traffic traffic) implements Transport {
    @Override
    public void start(Sink sink) {
        carrier.start(sink);
    }

    @Override
    public void learn(NodeId node, Address address) {
        carrier.learn(node, address);
    }

    @Override
    public Address address() {
        return carrier.address();
    }

    @Override
    public SendResult send(NodeId to, Envelope envelope) {
        SendResult result = carrier.send(to, envelope);
        if (result == SendResult.SENT) {
            traffic.sent(envelope);
        }
        return result;
    }

    @Override
    public void send(Address to, Envelope envelope) {
        traffic.sent(envelope);
        carrier.send(to, envelope);
    }

    @Override
    public void close() {
        carrier.close();
    }
}
