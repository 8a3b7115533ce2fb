package io.whorl.transport;

import io.whorl.core.ring.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A network inside the process: what {@link InProcessTransport}s of one test find each other in. There may be any number,
 * which know nothing of each other. Its links can be cut, slowed and made to lose. Safe on any thread.
 *
 * <p>Latency and loss come from one timer thread, which is started when first needed and ends with {@link #close}.
 */
public final class InProcessNetwork implements AutoCloseable {
    private record Route(Address from, Address to) {}

    private record Weather(boolean cut, boolean silent, double loss, Duration latency) {
        static final Weather FINE = new Weather(false, false, 0, Duration.ZERO);
    }

    private final Map<Address, MemoryCarrier> endpoints = new TreeMap<>();
    private final Set<MemoryPipe> pipes = new LinkedHashSet<>();
    private final Map<Route, Weather> weather = new ConcurrentHashMap<>();
    private final SplittableRandom random;
    private final Threads threads = Threads.named("whorl-network-timer");
    private final ScheduledThreadPoolExecutor timer;
    private int nextPort = 1;
    private boolean closed;

    /** A network without faults. */
    public InProcessNetwork() {
        this(0);
    }

    /** A network whose losses are drawn from this seed. */
    public InProcessNetwork(long seed) {
        random = new SplittableRandom(seed);
        timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler((task, executor) -> {}); // after close nothing is awaited
    }

    /** Nothing goes from one to the other any more; connections between the two end at once, and none is made. */
    public void cut(Address from, Address to) {
        change(from, to, was -> new Weather(true, was.silent, was.loss, was.latency));
        List<MemoryPipe> severed;
        synchronized (this) {
            severed = pipes.stream()
                    .filter(pipe -> pipe.joins(from, to) || pipe.joins(to, from))
                    .toList();
        }
        severed.forEach(MemoryPipe::close);
    }

    /** Cuts both directions. */
    public void cutBoth(Address one, Address other) {
        cut(one, other);
        cut(other, one);
    }

    /** Cuts every link between the two groups, in both directions. */
    public void split(Collection<Address> one, Collection<Address> others) {
        for (Address from : one) {
            for (Address to : others) {
                cutBoth(from, to);
            }
        }
    }

    /** Everything sent from one to the other vanishes while connections stand, as before a dead link is noticed. */
    public void silence(Address from, Address to) {
        change(from, to, was -> new Weather(was.cut, true, was.loss, was.latency));
    }

    /** Each message from one to the other is lost with this probability, 0 to 1; handshakes are not. */
    public void lose(Address from, Address to, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is between 0 and 1, not " + probability);
        }
        change(from, to, was -> new Weather(was.cut, was.silent, probability, was.latency));
    }

    /** Everything from one to the other takes this much longer; order is kept. */
    public void slow(Address from, Address to, Duration latency) {
        if (latency.isNegative()) {
            throw new IllegalArgumentException("a latency cannot be negative, was " + latency);
        }
        change(from, to, was -> new Weather(was.cut, was.silent, was.loss, latency));
    }

    /** Ends every fault from one to the other. */
    public void heal(Address from, Address to) {
        weather.remove(new Route(from, to));
    }

    /** Ends every fault in both directions. */
    public void healBoth(Address one, Address other) {
        heal(one, other);
        heal(other, one);
    }

    /** Ends every fault. */
    public void healAll() {
        weather.clear();
    }

    /**
     * The endpoint vanishes as if its process had died: it tells its node nothing any more, and the others lose their
     * connections. A new transport may then take the address. Nothing happens if nobody is there.
     */
    public void crash(Address address) {
        MemoryCarrier endpoint;
        synchronized (this) {
            endpoint = endpoints.get(address);
        }
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /** Crashes every endpoint and ends the timer; repeated calls do nothing. */
    @Override
    public void close() {
        List<MemoryCarrier> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(endpoints.values());
        }
        all.forEach(MemoryCarrier::close);
        timer.shutdownNow();
        threads.join();
    }

    /** Gives the endpoint its address, with a port if it has none. */
    synchronized Address attach(Address wanted, MemoryCarrier endpoint) {
        if (closed) {
            throw new IllegalStateException("this network is closed; make a new one");
        }
        Address address = wanted;
        while (wanted.port() == 0 && (address.port() == 0 || endpoints.containsKey(address))) {
            address = new Address(wanted.host(), nextPort++);
        }
        if (endpoints.putIfAbsent(address, endpoint) != null) {
            throw new IllegalStateException(
                    "address " + address + " is in use in this network; close its owner, or choose another port or 0");
        }
        return address;
    }

    void detach(Address address, MemoryCarrier endpoint) {
        List<MemoryPipe> severed;
        synchronized (this) {
            endpoints.remove(address, endpoint);
            severed = pipes.stream().filter(pipe -> pipe.isOf(endpoint)).toList();
        }
        severed.forEach(MemoryPipe::close);
    }

    /** Connects on behalf of the dialer, on the thread of {@code from}. */
    void connect(MemoryCarrier from, Address to, Dialer dialer) {
        MemoryPipe near;
        MemoryPipe far;
        synchronized (this) {
            MemoryCarrier there = endpoints.get(to);
            boolean cut = weather(from.address(), to).cut || weather(to, from.address()).cut;
            if (there == null || !there.isListening() || !from.isListening() || cut) {
                String why = cut ? "the link is cut" : "nobody listens there";
                from.execute(() -> dialer.failed(why, false));
                return;
            }
            near = new MemoryPipe(this, from, there);
            far = near.other();
            near.carry(from.connection(near, dialer));
            far.carry(there.connection(far, null));
            pipes.add(near);
        }
        far.begin();
        near.begin();
    }

    synchronized void forget(MemoryPipe one, MemoryPipe other) {
        pipes.remove(one);
        pipes.remove(other);
    }

    Duration latency(Address from, Address to) {
        return weather(from, to).latency;
    }

    /** Whether what is sent now is lost on the way. */
    boolean loses(Address from, Address to, boolean message) {
        Weather now = weather(from, to);
        return now.silent || message && now.loss > 0 && draw() < now.loss;
    }

    void schedule(Runnable task, long nanos) {
        timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private synchronized double draw() {
        return random.nextDouble();
    }

    private Weather weather(Address from, Address to) {
        return weather.getOrDefault(new Route(from, to), Weather.FINE);
    }

    private void change(Address from, Address to, UnaryOperator<Weather> change) {
        weather.compute(new Route(from, to), (route, was) -> change.apply(was == null ? Weather.FINE : was));
    }
}
