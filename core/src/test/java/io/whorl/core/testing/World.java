package io.whorl.core.testing;

import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One queue of events in virtual time, and the network between the nodes that run on it. */
public final class World {
    public static final long MILLISECOND = 1_000_000L;
    private static final long LATENCY = MILLISECOND;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Map<Address, TestNode> nodes = new LinkedHashMap<>();
    private final TreeSet<String> links = new TreeSet<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final SeededRandom random;
    private long now;
    private long numbers;

    /** Every message that was sent, whatever became of it. */
    public final List<Sent> sent = new ArrayList<>();
    /** Messages that were held back by {@link #holds}. */
    public final List<Sent> held = new ArrayList<>();
    /** Why connections were refused. */
    public final List<String> refusals = new ArrayList<>();
    /** Which messages are lost. */
    public Predicate<Sent> loses = message -> false;
    /** Which messages are held back until {@link #release}. */
    public Predicate<Sent> holds = message -> false;
    /** Messages take up to so much longer, and so overtake each other. */
    public long jitter;

    /** A message on its way. */
    public record Sent(TestNode from, long fromRun, TestNode to, Envelope envelope) {
        /** Whether it says this kind of thing. */
        public boolean is(Class<?> kind) {
            return kind.isInstance(envelope.message());
        }
    }

    private record Event(long at, long number, Runnable task) {}

    public World(long seed) {
        random = new SeededRandom(seed);
    }

    public long now() {
        return now;
    }

    /** The seed's random numbers. */
    public SeededRandom random() {
        return random;
    }

    /** A node at this address, not started yet. */
    public TestNode node(int number) {
        Address address = new Address("n" + number, 1);
        return nodes.computeIfAbsent(address, a -> new TestNode(this, a));
    }

    /** Started nodes that found a cluster together, ready. */
    public List<TestNode> cluster(int count) {
        List<TestNode> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(node(i));
        }
        all.forEach(each -> each.contacts(all.toArray(TestNode[]::new)));
        all.forEach(TestNode::start);
        until(() -> all.stream().allMatch(each -> each.ready));
        return all;
    }

    Lane.Timer schedule(long delay, Runnable task) {
        boolean[] cancelled = new boolean[1];
        events.add(new Event(now + delay, numbers++, () -> {
            if (!cancelled[0]) {
                task.run();
            }
        }));
        return () -> cancelled[0] = true;
    }

    /** Lets so many milliseconds pass. */
    public void run(long millis) {
        long end = now + millis * MILLISECOND;
        while (!events.isEmpty() && events.peek().at <= end) {
            step();
        }
        now = end;
    }

    /** Lets time pass until the condition holds, two minutes at the most. */
    public void until(BooleanSupplier condition) {
        long end = now + 120_000 * MILLISECOND;
        while (!condition.getAsBoolean()) {
            if (now > end || events.isEmpty()) {
                throw new AssertionError("two minutes have passed, and the condition does not hold");
            }
            step();
        }
    }

    private void step() {
        Event event = events.remove();
        now = event.at;
        event.task.run();
    }

    /** Nothing passes between the two any more, and both notice. */
    public void cut(TestNode a, TestNode b) {
        cuts.add(pair(a, b));
        unlink(a, b);
    }

    /** The node can reach nobody, and nobody it. */
    public void isolate(TestNode node) {
        others(node).forEach(other -> cut(node, other));
    }

    /** Everything passes again. */
    public void heal() {
        cuts.clear();
    }

    /** Delivers what was held back. */
    public void release() {
        List<Sent> all = List.copyOf(held);
        held.clear();
        all.forEach(this::deliver);
    }

    /** How many messages of this kind were sent. */
    public long count(Class<?> kind) {
        return sent.stream().filter(message -> message.is(kind)).count();
    }

    boolean linked(TestNode a, TestNode b) {
        return links.contains(pair(a, b));
    }

    Optional<TestNode> at(Address address) {
        return Optional.ofNullable(nodes.get(address));
    }

    Optional<TestNode> alive(NodeId id) {
        return nodes.values().stream()
                .filter(node -> node.isAlive() && node.id().equals(id))
                .findFirst();
    }

    private List<TestNode> others(TestNode node) {
        return nodes.values().stream().filter(other -> other != node).toList();
    }

    boolean connect(TestNode a, TestNode b) {
        if (a == b || !a.isAlive() || !b.isAlive() || cuts.contains(pair(a, b)) || linked(a, b)) {
            return a != b && linked(a, b);
        }
        Optional<String> refusal = a.sink.refusal(b.sink.hello()).or(() -> b.sink.refusal(a.sink.hello()));
        if (refusal.isPresent()) {
            refusals.add(refusal.get());
            return false;
        }
        links.add(pair(a, b));
        a.sink.connected(b.id(), b.node.run());
        b.sink.connected(a.id(), a.node.run());
        return true;
    }

    private void unlink(TestNode a, TestNode b) {
        if (links.remove(pair(a, b))) {
            a.disconnected(b);
            b.disconnected(a);
        }
    }

    void unlinkAll(TestNode node) {
        others(node).forEach(other -> unlink(node, other));
    }

    void send(TestNode from, TestNode to, Envelope envelope) {
        Sent message = new Sent(from, from.node.run(), to, envelope);
        sent.add(message);
        if (loses.test(message)) {
            return;
        }
        if (holds.test(message)) {
            held.add(message);
            return;
        }
        deliver(message);
    }

    /** Delivers a message, perhaps once more. */
    public void deliver(Sent message) {
        long delay = LATENCY + (jitter == 0 ? 0 : random.nextInt((int) jitter));
        schedule(delay, () -> {
            if (message.to.isAlive() && !cuts.contains(pair(message.from, message.to))) {
                message.to.sink.received(message.from.id(), message.fromRun, message.envelope);
            }
        });
    }

    private static String pair(TestNode a, TestNode b) {
        String one = a.address.toString();
        String other = b.address.toString();
        return one.compareTo(other) < 0 ? one + "|" + other : other + "|" + one;
    }
}
