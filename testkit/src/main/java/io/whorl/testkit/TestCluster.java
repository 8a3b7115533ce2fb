package io.whorl.testkit;

import io.whorl.Whorl;
import io.whorl.api.StartFailedException;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.internal.MemberSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster of nodes inside this JVM, in memory and without sockets unless asked otherwise, that can be hurt: nodes crash and come
 * back, the network splits and heals.
 *
 * <p>In a JUnit 5 test it is an extension. A static one starts before all tests of the class, is {@linkplain #reset() reset}
 * between them, and closes after all; one that is not static starts and closes with each test:
 *
 * <pre>{@code
 * @RegisterExtension static final TestCluster cluster = TestCluster.of(5);
 * }</pre>
 *
 * <p>Without JUnit, {@link #start(int)} gives one that runs, to be closed by whoever started it. Nodes are numbered from 0. What is
 * done to the cluster (crash, restart, split, reset …) is for one thread at a time; the nodes are for any number.
 */
public class TestCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClusterPlan plan;
    private final List<TestNode> nodes = new ArrayList<>();
    private final Links links = new Links();
    private Surroundings surroundings;

    TestCluster(ClusterPlan plan) {
        this.plan = plan;
    }

    /**
     * An extension for JUnit 5 that runs a cluster in memory.
     *
     * @param size how many nodes, 1 to 100
     */
    public static TestCluster of(int size) {
        return builder(size).extension();
    }

    /**
     * A cluster in memory that runs already.
     *
     * @param size how many nodes, 1 to 100
     * @throws StartFailedException if it cannot start
     */
    public static TestCluster start(int size) {
        return builder(size).start();
    }

    /** For clusters on RocksDB, over TCP, or with other options. */
    public static TestClusterBuilder builder(int size) {
        return new TestClusterBuilder(size);
    }

    /** How many nodes there are or have been, running or not, those that joined since the start among them. */
    public int size() {
        return isOpen() ? nodes.size() : plan.size();
    }

    /**
     * A running node. After a restart or a reset it is another object, with other buckets.
     *
     * @throws IllegalStateException if the cluster is not running, or the node was crashed or stopped
     */
    public Whorl node(int index) {
        return running(index).whorl();
    }

    /** Whether a node runs: neither crashed, nor stopped, nor stopped by itself. */
    public boolean isRunning(int index) {
        return at(index).isRunning();
    }

    /**
     * Ends a node as the death of its process would: without a farewell to anybody. Its callers get a
     * {@link io.whorl.api.NodeClosedException} of unknown outcome. Its disk stays, in memory too, with all that was written to it. Returns
     * once the others have noticed.
     *
     * @throws IllegalStateException if it is not running
     */
    public void crash(int index) {
        running(index).crash();
        links.awaitSettled(nodes);
    }

    /**
     * Closes a node as an application does, and waits until the others have noticed.
     *
     * @throws IllegalStateException if it is not running
     */
    public void stop(int index) {
        running(index).stop();
        links.awaitSettled(nodes);
    }

    /**
     * Starts a node with what its disk has, and waits until it serves and the others reach it; one that runs is stopped
     * first.
     *
     * @throws StartFailedException if it cannot start
     */
    public void restart(int index) {
        TestNode node = at(index);
        if (node.isRunning()) {
            node.stop();
        }
        node.open(surroundings);
        node.awaitReady();
        links.awaitSettled(nodes);
    }

    /**
     * Starts one node more, with the zone and weight that its number gives it, and waits until it is a member and serves. Slots move to
     * it in the background.
     *
     * @return its number
     * @throws StartFailedException if it cannot join
     */
    public int join() {
        return join(plan.member(size()));
    }

    /**
     * {@link #join()} of a node with its own zone and weight.
     *
     * @param zone its zone; empty for none
     * @param weight its share of the data relative to the others'
     */
    public int join(String zone, int weight) {
        return join(MemberSettings.DEFAULT.withZone(zone).withWeight(weight));
    }

    /**
     * Starts one node more, which takes the slots of one that is lost for good, and waits until it serves.
     *
     * @param lost a node that does not run, and never will again
     * @return the new node's number
     * @throws StartFailedException if it cannot join, for instance because the lost node answers
     */
    public int replace(int lost) {
        return join(plan.member(lost).replacing(at(lost).protocol().id()));
    }

    private int join(MemberSettings member) {
        TestNode node = new TestNode(size(), plan, member, addressesBut(size()));
        nodes.add(node);
        node.open(surroundings);
        node.awaitReady();
        links.awaitSettled(nodes);
        return node.index();
    }

    private List<Address> addressesBut(int index) {
        return nodes.stream()
                .filter(node -> node.index() != index && node.isRunning())
                .map(TestNode::address)
                .toList();
    }

    /**
     * Has a node leave: it gives its data to the others and closes. Waits for that; its number is not used again.
     *
     * @throws IllegalStateException if it is not running
     * @throws io.whorl.api.WhorlException if it cannot leave, or not within 30 s
     */
    public void leave(int index) {
        running(index).whorl().leave(PATIENCE);
        links.awaitSettled(nodes);
    }

    /**
     * Has another node remove one that does not run, and never will again: its slots are rebuilt on the others, in the background.
     * Waits until that node has noticed its death.
     *
     * @throws IllegalStateException if it runs
     */
    public void remove(int index) {
        if (isRunning(index)) {
            throw new IllegalStateException("node " + index + " is running; crash it or lose it first");
        }
        TestNode asked = nodes.stream()
                .filter(TestNode::isRunning)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no other node is running; restart one first"));
        NodeId lost = at(index).protocol().id();
        links.awaitMissed(asked, lost);
        asked.whorl().remove(lost.toString());
    }

    /** Crashes a node, if it runs, and empties its disk. When it is restarted it joins as another node at the same address. */
    public void lose(int index) {
        TestNode node = at(index);
        if (node.isRunning()) {
            crash(index);
        }
        node.lose(surroundings, addressesBut(index));
    }

    /** {@link #awaitSettled} for at most 30 s. */
    public void awaitBalance() {
        awaitSettled(PATIENCE);
    }

    /**
     * Waits until all running nodes know the same epoch, in which every replica is where it belongs and nowhere else: nothing moves, and
     * former holders have dropped what they had.
     *
     * @throws AssertionError if that is not so in time; the message says what is left
     */
    public void awaitSettled(Duration patience) {
        new Settling(nodes).await(patience);
    }

    /**
     * Cuts every link between the two groups, in both directions, and waits until they have noticed; nodes in neither reach both.
     *
     * @throws IllegalArgumentException if a node is in both, or there is no such node
     * @throws UnsupportedOperationException if the cluster runs over TCP, whose links cannot be cut
     */
    public void split(Set<Integer> one, Set<Integer> other) {
        Set<Integer> both = new TreeSet<>(one);
        both.retainAll(other);
        if (!both.isEmpty()) {
            throw new IllegalArgumentException(
                    "node " + both + " is on both sides of the split; put each on one side or on neither");
        }
        for (int here : one) {
            for (int there : other) {
                surroundings.network().cutBoth(at(here).address(), at(there).address());
                links.cut(here, there);
            }
        }
        links.awaitSettled(nodes);
    }

    /**
     * Cuts every link of a node, and waits until all have noticed.
     *
     * @throws UnsupportedOperationException if the cluster runs over TCP
     */
    public void isolate(int index) {
        Set<Integer> others = new TreeSet<>();
        for (int i = 0; i < size(); i++) {
            if (i != index) {
                others.add(i);
            }
        }
        split(Set.of(index), others);
    }

    /**
     * Makes everything between two nodes take longer, in both directions; order is kept.
     *
     * @param latency how much longer, one way
     * @throws UnsupportedOperationException if the cluster runs over TCP
     */
    public void slow(int one, int other, Duration latency) {
        surroundings.network().slow(at(one).address(), at(other).address(), latency);
        surroundings.network().slow(at(other).address(), at(one).address(), latency);
    }

    /** Ends all splits and slowness, and waits until the running nodes reach each other. Crashed nodes stay down. */
    public void heal() {
        surroundings.heal();
        links.heal();
        links.awaitSettled(nodes);
    }

    /** {@link #awaitConvergence(Duration)} for at most 30 s. */
    public void awaitConvergence() {
        awaitConvergence(PATIENCE);
    }

    /**
     * Waits until all running nodes know the same epoch and have handed over what they kept for each other, and the holders of each
     * replica have seen the same and hold identical records.
     *
     * @throws AssertionError if they do not in time; the message says what differs
     */
    public void awaitConvergence(Duration patience) {
        new Convergence(nodes).await(patience);
    }

    /** Heals all faults and starts every node anew, with nothing on its disk. */
    public void reset() {
        close();
        open();
    }

    /** Closes every node and removes its data; repeated calls do nothing. */
    @Override
    public void close() {
        nodes.forEach(TestNode::abandon);
        nodes.clear();
        links.heal();
        if (surroundings != null) {
            surroundings.close();
            surroundings = null;
        }
    }

    /** Starts every node, and waits for all of them; what was started before a failure is closed. */
    void open() {
        surroundings = plan.surroundings();
        try {
            for (int i = 0; i < plan.size(); i++) {
                TestNode node = new TestNode(
                        i,
                        plan,
                        plan.member(i),
                        surroundings.founder().map(List::of).orElse(List.of()));
                nodes.add(node);
                node.open(surroundings);
            }
            nodes.forEach(TestNode::awaitReady);
            links.awaitSettled(nodes);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Whether {@link #open} was called, and {@link #close} not since. */
    boolean isOpen() {
        return surroundings != null;
    }

    private TestNode running(int index) {
        TestNode node = at(index);
        if (!node.isRunning()) {
            throw new IllegalStateException(
                    "node " + index + " is not running: it was crashed or stopped, or has stopped itself; restart("
                            + index + ") first");
        }
        return node;
    }

    private TestNode at(int index) {
        if (!isOpen()) {
            throw new IllegalStateException(
                    "the cluster is not running; is its field registered with @RegisterExtension?");
        }
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException(
                    "there is no node " + index + "; nodes are numbered from 0 to " + (size() - 1));
        }
        return nodes.get(index);
    }
}
