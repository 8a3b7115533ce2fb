package io.whorl.testkit.simulation;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.MessageCodec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The network: links between hosts, connections between processes, and messages under way as bytes of the real codec.
 *
 * <p>It does what the transport port permits and no more: messages are lost, repeated, late and reordered, but never changed and
 * never from another node than they say; they arrive only where a connection to that node stands.
 */
final class SimulatedNetwork {
    private static final long FASTEST = 50 * Kernel.MICRO;
    private static final long SOON = 50 * Kernel.MILLI;
    private static final long LATEST_REPEAT = 40 * Kernel.SECOND;
    /** How long it takes until an end of a connection notices that the other is out of reach. */
    static final long FASTEST_DETECTION = Kernel.SECOND;

    static final long SLOWEST_DETECTION = 8 * Kernel.SECOND;

    private final Kernel kernel;
    private final Draws draws;
    private final Weather weather = new Weather();
    private final MessageProbes messageProbes;
    private final Traffic traffic = new Traffic();
    private final Link[][] links;
    private final long slowest;
    private final Map<Address, SimulatedTransport> listening = new TreeMap<>();
    private final Map<FaultClass, Long> fired = new EnumMap<>(FaultClass.class);
    private long repairMessages;
    private long messages;
    private long lastArrival;

    /** @param slowest how long a message takes at the most in calm weather */
    SimulatedNetwork(Kernel kernel, Draws draws, int hosts, long slowest) {
        this.slowest = slowest;
        this.kernel = kernel;
        this.draws = draws;
        this.messageProbes = new MessageProbes(kernel);
        this.links = new Link[hosts][hosts];
        for (Link[] row : links) {
            for (int i = 0; i < hosts; i++) {
                row[i] = new Link();
            }
        }
    }

    Weather weather() {
        return weather;
    }

    /** How often the faults that befall single messages have done so. */
    Map<FaultClass, Long> fired() {
        return fired;
    }

    /** How many messages of replication and repair were sent so far. */
    long repairMessages() {
        return repairMessages;
    }

    long messages() {
        return messages;
    }

    /** What was sent so far, whether it arrived or not. */
    Traffic traffic() {
        return traffic;
    }

    /** When the last message arrives that is under way now. */
    long lastArrival() {
        return lastArrival;
    }

    long latency() {
        return draws.between(FASTEST, slowest);
    }

    private void fired(FaultClass fault) {
        fired.merge(fault, 1L, Long::sum);
    }

    // ---- processes come and go

    void listen(SimulatedTransport transport) {
        listening.put(transport.address(), transport);
    }

    /**
     * A process is gone.
     *
     * @param noticed whether its operating system tells its peers, else they notice by themselves
     */
    void gone(SimulatedTransport transport, boolean noticed) {
        listening.remove(transport.address(), transport);
        for (SimulatedTransport peer : new ArrayList<>(listening.values())) {
            SimulatedTransport.Connection connection = peer.connectionTo(transport);
            if (connection != null) {
                boolean told = noticed && !link(transport, peer).isCut();
                long delay = told ? draws.between(1, SOON) : draws.between(FASTEST_DETECTION, SLOWEST_DETECTION);
                peer.process().after(delay, () -> peer.drop(connection));
            }
        }
    }

    /** Connects two processes if both would; false if that is not possible now. */
    boolean connect(SimulatedTransport from, Address to) {
        SimulatedTransport peer = listening.get(to);
        if (peer == null
                || peer == from
                || link(from, peer).isCut()
                || link(peer, from).isCut()) {
            return false;
        }
        if (kernel.now() < peer.process().host().pausedUntil() || !from.welcomes(peer) || !peer.welcomes(from)) {
            return false;
        }
        boolean fromFirst = draws.chance(0.5);
        (fromFirst ? from : peer).establish(fromFirst ? peer : from);
        (fromFirst ? peer : from).establish(fromFirst ? from : peer);
        return true;
    }

    // ---- messages

    /** Takes a message on its way; false if the link has too many bytes under way already. */
    boolean carry(SimulatedTransport from, SimulatedTransport.Connection connection, Envelope envelope) {
        SimulatedHost to = connection.peer().process().host();
        Link link = links[from.process().host().index()][to.index()];
        if (link.bytesInFlight() > weather.bytesInFlight) {
            fired(FaultClass.CLOG);
            return false;
        }
        byte[] bytes = MessageCodec.encode(envelope);
        kernel.trace().add(bytes);
        messages++;
        traffic.sent(envelope.message(), bytes.length);
        messageProbes.sent(from, connection, envelope.message());
        if (isRepair(envelope)) {
            repairMessages++;
        }
        if (link.isCut()) {
            fired(FaultClass.SPLIT);
            return true;
        }
        if (link.isHalfOpen(kernel.now())) {
            fired(FaultClass.HALF_OPEN);
            return true;
        }
        if (draws.chance(weather.loss)) {
            fired(FaultClass.LOSS);
            return true;
        }
        long latency = latency();
        if (draws.chance(weather.delay)) {
            fired(FaultClass.DELAY);
            latency += Math.min(LATEST_REPEAT, draws.exponential(weather.delayMean));
        }
        boolean overtakes = draws.chance(weather.reorder);
        if (overtakes) {
            fired(FaultClass.REORDER);
            latency += draws.between(0, SOON);
        }
        Message message = new Message(link, link.broken(), from, to, bytes);
        link.underWay(bytes.length);
        schedule(link.arrival(kernel.now(), kernel.now() + latency, overtakes), () -> {
            link.underWay(-bytes.length);
            arrive(message);
        });
        repeat(message, weather.repeat, SOON);
        repeat(message, weather.repeatLate, LATEST_REPEAT);
        return true;
    }

    private static boolean isRepair(Envelope envelope) {
        return envelope.message() instanceof RepairMessage
                || envelope.message() instanceof ReplicaMessage.Pull
                || envelope.message() instanceof ReplicaMessage.PullAnswer
                || envelope.message() instanceof ReplicaMessage.Stream
                || envelope.message() instanceof ReplicaMessage.StreamAnswer
                || envelope.message() instanceof ReplicaMessage.Replicate
                || envelope.message() instanceof HintMessage;
    }

    private record Message(Link link, long broken, SimulatedTransport from, SimulatedHost to, byte[] bytes) {}

    private void schedule(long time, Runnable arrival) {
        lastArrival = Math.max(lastArrival, time);
        kernel.at(time, arrival);
    }

    private void repeat(Message message, double probability, long latest) {
        if (draws.chance(probability)) {
            fired(FaultClass.REPEAT);
            schedule(kernel.now() + draws.between(FASTEST, latest), () -> arrive(message));
        }
    }

    private void arrive(Message message) {
        SimulatedTransport receiver = listening.get(message.to.address());
        if (receiver == null) {
            return;
        }
        receiver.process().whenAwake(() -> {
            NodeId from = message.from.self();
            boolean stands = !message.link.isCut() && message.link.broken() == message.broken;
            if (stands && receiver.isConnected(from)) {
                Envelope envelope = MessageCodec.decode(message.bytes).orElseThrow();
                long meant = envelope.toRun();
                kernel.probes().sometimes(Probe.EARLIER_RUN, meant != 0 && meant != receiver.run());
                kernel.probes()
                        .sometimes(Probe.LATE_MESSAGE, !message.from.process().isAlive());
                receiver.sink().received(from, message.from.run(), envelope);
                if (draws.chance(weather.breakAfterDelivery)) {
                    breakBefore(receiver, message.from);
                }
            }
        });
    }

    /** The connection between the two breaks before an answer gets through: one end hears of that at once, the other some time. */
    private void breakBefore(SimulatedTransport receiver, SimulatedTransport sender) {
        SimulatedTransport.Connection theirs = sender.connectionTo(receiver);
        SimulatedTransport.Connection ours = receiver.connectionTo(sender);
        if (theirs != null && ours != null) {
            fired(FaultClass.EXECUTED_BUT_FAILED);
            link(receiver, sender).breakUp();
            sender.process().after(0, () -> sender.drop(theirs));
            receiver.process().after(draws.between(0, Kernel.SECOND), () -> receiver.drop(ours));
        }
    }

    // ---- what the injector does to it

    /** Cuts every link from one group to the other. */
    void cut(List<SimulatedHost> from, List<SimulatedHost> to) {
        for (SimulatedHost a : from) {
            for (SimulatedHost b : to) {
                if (a != b) {
                    cut(a, b);
                }
            }
        }
    }

    private void cut(SimulatedHost a, SimulatedHost b) {
        Link link = links[a.index()][b.index()];
        link.cut();
        long number = link.cutNumber();
        kernel.after(draws.between(FASTEST_DETECTION, SLOWEST_DETECTION), () -> {
            if (link.isCut() && link.cutNumber() == number) {
                separate(a, b);
            }
        });
    }

    /** Both ends of a connection that no longer works notice it, each in its time. */
    private void separate(SimulatedHost a, SimulatedHost b) {
        SimulatedTransport one = listening.get(a.address());
        SimulatedTransport other = listening.get(b.address());
        if (one != null && other != null) {
            dropLater(one, other);
            dropLater(other, one);
        }
    }

    private void dropLater(SimulatedTransport end, SimulatedTransport other) {
        SimulatedTransport.Connection connection = end.connectionTo(other);
        if (connection != null) {
            end.process().after(draws.between(0, Kernel.SECOND), () -> end.drop(connection));
        }
    }

    void mend(List<SimulatedHost> from, List<SimulatedHost> to) {
        for (SimulatedHost a : from) {
            for (SimulatedHost b : to) {
                if (a != b) {
                    links[a.index()][b.index()].mend();
                }
            }
        }
    }

    /** A host stands still: its peers may give up on it before it goes on. */
    void paused(SimulatedHost host, List<SimulatedHost> others) {
        for (SimulatedHost other : others) {
            if (other != host) {
                kernel.after(draws.between(FASTEST_DETECTION, SLOWEST_DETECTION), () -> {
                    if (kernel.now() < host.pausedUntil()) {
                        separate(host, other);
                    }
                });
            }
        }
    }

    void halfOpen(SimulatedHost from, SimulatedHost to, long until) {
        links[from.index()][to.index()].halfOpenUntil(until);
    }

    void clog(SimulatedHost from, SimulatedHost to, long until) {
        links[from.index()][to.index()].clogUntil(until);
    }

    /** Everything is well again. What was clogged is on its way still. */
    void heal() {
        weather.calm();
        for (Link[] row : links) {
            for (Link link : row) {
                link.mendAll();
            }
        }
    }

    private Link link(SimulatedTransport from, SimulatedTransport to) {
        return links[from.process().host().index()][to.process().host().index()];
    }
}
