package io.whorl.testkit.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes faults during the phase of faults, at the rates that were drawn, and mends them all at its end. */
final class FaultInjector {
    private static final long MINUTE = 60 * Kernel.SECOND;

    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final List<SimulatedHost> hosts;
    private final Set<FaultClass> on;
    private final Draws draws;
    private final Map<FaultClass, Long> fired = new EnumMap<>(FaultClass.class);
    private final Map<FaultClass, String> rates = new TreeMap<>();
    private boolean active;

    FaultInjector(Kernel kernel, SimulatedNetwork network, List<SimulatedHost> hosts, Set<FaultClass> on, Draws draws) {
        this.kernel = kernel;
        this.network = network;
        this.hosts = hosts;
        this.on = on;
        this.draws = draws;
    }

    /** The classes that are on. */
    Set<FaultClass> on() {
        return on;
    }

    /** How often each class happened. */
    Map<FaultClass, Long> fired() {
        Map<FaultClass, Long> all = new EnumMap<>(FaultClass.class);
        on.forEach(each ->
                all.put(each, fired.getOrDefault(each, 0L) + network.fired().getOrDefault(each, 0L)));
        return all;
    }

    /** The rates, for whoever reads a failure. */
    String rates() {
        return rates.toString();
    }

    /** Clocks are wrong from the beginning. */
    void setClocks() {
        if (!on.contains(FaultClass.CLOCK)) {
            return;
        }
        Draws mine = draws.fork("clocks");
        for (SimulatedHost host : hosts) {
            host.clock().drift(mine.between(-500, 500));
            host.clock().jump(mine.between(-10 * 60_000, 10 * 60_000));
            fired.merge(FaultClass.CLOCK, 1L, Long::sum);
        }
    }

    void begin() {
        active = true;
        Weather weather = network.weather();
        Draws mine = draws.fork("weather");
        double loss = StrictMath.pow(10, -3 + 2.3 * mine.real());
        double repeat = StrictMath.pow(10, -3 + 2 * mine.real());
        double reorder = StrictMath.pow(10, -2 + 2 * mine.real());
        double delay = StrictMath.pow(10, -3 + 2 * mine.real());
        long delayMean = mine.between(50 * Kernel.MILLI, 3 * Kernel.SECOND);
        long bytes = mine.between(8 << 10, 512 << 10);
        if (on.contains(FaultClass.LOSS)) {
            weather.loss = loss;
            rates.put(FaultClass.LOSS, String.format(Locale.ROOT, "%.4f", loss));
        }
        if (on.contains(FaultClass.REPEAT)) {
            weather.repeat = repeat;
            weather.repeatLate = repeat / 4;
            rates.put(FaultClass.REPEAT, String.format(Locale.ROOT, "%.4f", repeat));
        }
        if (on.contains(FaultClass.REORDER)) {
            weather.reorder = reorder;
            rates.put(FaultClass.REORDER, String.format(Locale.ROOT, "%.4f", reorder));
        }
        if (on.contains(FaultClass.DELAY)) {
            weather.delay = delay;
            weather.delayMean = delayMean;
            rates.put(FaultClass.DELAY, String.format(Locale.ROOT, "%.4f of %d ms", delay, delayMean / Kernel.MILLI));
        }
        if (on.contains(FaultClass.CLOG)) {
            weather.bytesInFlight = bytes;
        }
        every(FaultClass.CLOG, 2 * Kernel.SECOND, 30 * Kernel.SECOND, this::clog);
        every(FaultClass.SPLIT, 10 * Kernel.SECOND, MINUTE, this::split);
        every(FaultClass.CRASH, 6 * Kernel.SECOND, MINUTE, this::crash);
        every(FaultClass.PAUSE, 20 * Kernel.SECOND, 2 * MINUTE, this::pause);
        every(FaultClass.CLOCK, 10 * Kernel.SECOND, 2 * MINUTE, this::jump);
    }

    private interface Fault {
        void strike(Draws draws);
    }

    private void every(FaultClass fault, long shortest, long longest, Fault body) {
        Draws mine = draws.fork(fault.name());
        long mean = mine.between(shortest, longest);
        if (on.contains(fault)) {
            rates.put(fault, "every " + mean / Kernel.SECOND + " s");
            // The first one soon, so that also a short run has one.
            next(fault, mine, mine.between(0, shortest), mean, body);
        }
    }

    private void next(FaultClass fault, Draws mine, long delay, long mean, Fault body) {
        kernel.after(delay, () -> {
            if (active) {
                fired.merge(fault, 1L, Long::sum);
                body.strike(mine);
                next(fault, mine, mine.exponential(mean), mean, body);
            }
        });
    }

    private void clog(Draws mine) {
        SimulatedHost from = mine.pick(hosts);
        SimulatedHost to = mine.pick(hosts);
        network.clog(from, to, kernel.now() + mine.between(100 * Kernel.MILLI, 15 * Kernel.SECOND));
    }

    private void split(Draws mine) {
        List<SimulatedHost> one = new ArrayList<>();
        List<SimulatedHost> other = new ArrayList<>(hosts);
        if (mine.chance(0.4)) {
            one.add(other.remove(mine.below(other.size())));
        } else {
            other.removeIf(host -> mine.chance(0.5) && one.add(host));
        }
        boolean bothWays = mine.chance(0.7);
        network.cut(one, other);
        if (bothWays) {
            network.cut(other, one);
        }
        kernel.after(mine.between(100 * Kernel.MILLI, 40 * Kernel.SECOND), () -> {
            if (active) {
                network.mend(one, other);
                if (bothWays) {
                    network.mend(other, one);
                }
            }
        });
    }

    private void crash(Draws mine) {
        boolean everyone = mine.chance(0.05);
        boolean power = mine.chance(0.7);
        for (SimulatedHost host : everyone ? hosts : List.of(mine.pick(hosts))) {
            if (host.isRunning()) {
                host.crash(power, mine);
                kernel.after(
                        mine.between(20 * Kernel.MILLI, mine.chance(0.3) ? 40 * Kernel.SECOND : 5 * Kernel.SECOND),
                        () -> {
                            if (active) {
                                host.startIfDown();
                            }
                        });
            }
        }
    }

    private void pause(Draws mine) {
        SimulatedHost host = mine.pick(hosts);
        long length = mine.chance(0.2) ? mine.between(0, 2 * MINUTE) : mine.between(0, 10 * Kernel.SECOND);
        host.pauseUntil(kernel.now() + length);
        network.paused(host, hosts);
    }

    private void jump(Draws mine) {
        mine.pick(hosts).clock().jump(mine.between(-60 * 60_000, 60 * 60_000));
    }

    /** Mends everything: the network, pauses, and nodes that are down. */
    void heal() {
        active = false;
        if (on.contains(FaultClass.CRASH) && draws.fork("last crash").chance(0.5)) {
            // A last power loss, after which nobody writes or reads what it may have left behind.
            Draws mine = draws.fork("last victim");
            SimulatedHost host = mine.pick(hosts);
            if (host.isRunning()) {
                host.crash(true, mine);
            }
        }
        network.heal();
        for (SimulatedHost host : hosts) {
            host.resume();
            host.startIfDown();
        }
    }
}
