package io.whorl.testkit.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes faults during the phase of faults, at the rates that were drawn, and mends them all at its end; {@link DiskFaults} has those
 * of the disks.
 */
final class FaultInjector {
    private static final long MINUTE = 60 * Kernel.SECOND;
    /** What happens to messages and disks some time after it was ordered, and counts then. */
    private static final Set<FaultClass> COUNTED_LATER = EnumSet.of(FaultClass.HALF_OPEN, FaultClass.IO_ERROR);

    private final Kernel kernel;
    private final SimulatedNetwork network;
    private final Fleet fleet;
    private final Set<FaultClass> on;
    private final Draws draws;
    private final Map<FaultClass, Long> fired = new EnumMap<>(FaultClass.class);
    private final Map<FaultClass, String> rates = new TreeMap<>();
    private final DiskFaults disks;
    private final MemberFaults members;
    private boolean active;

    /**
     * @param on the classes of faults to make
     * @param options of the cluster: how many hosts may be lost, and how long they are away
     */
    FaultInjector(
            Kernel kernel,
            SimulatedNetwork network,
            Fleet fleet,
            History history,
            Set<FaultClass> on,
            SimulationOptions options,
            MemberFaults members,
            Draws draws) {
        this.kernel = kernel;
        this.network = network;
        this.fleet = fleet;
        this.members = members;
        this.on = on;
        this.draws = draws;
        this.disks = new DiskFaults(kernel, fleet, history, options, this::count);
    }

    private void count(FaultClass fault) {
        fired.merge(fault, 1L, Long::sum);
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
        for (SimulatedHost host : fleet.all()) {
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
        double breaks = StrictMath.pow(10, -4 + 2 * mine.real());
        if (on.contains(FaultClass.EXECUTED_BUT_FAILED)) {
            weather.breakAfterDelivery = breaks;
            rates.put(FaultClass.EXECUTED_BUT_FAILED, String.format(Locale.ROOT, "%.5f", breaks));
        }
        every(FaultClass.CLOG, 2 * Kernel.SECOND, 30 * Kernel.SECOND, this::clog);
        every(FaultClass.SPLIT, 10 * Kernel.SECOND, MINUTE, this::split);
        every(FaultClass.CRASH, 6 * Kernel.SECOND, MINUTE, this::crash);
        every(FaultClass.PAUSE, 20 * Kernel.SECOND, 2 * MINUTE, this::pause);
        every(FaultClass.CLOCK, 10 * Kernel.SECOND, 2 * MINUTE, this::jump);
        every(FaultClass.HALF_OPEN, 8 * Kernel.SECOND, MINUTE, this::halfOpen);
        every(FaultClass.SLOW_DISK, 10 * Kernel.SECOND, MINUTE, disks::slow);
        every(FaultClass.FULL_DISK, 15 * Kernel.SECOND, MINUTE, disks::full);
        every(FaultClass.IO_ERROR, 15 * Kernel.SECOND, MINUTE + MINUTE / 2, disks::error);
        every(FaultClass.TORN_BATCH, 15 * Kernel.SECOND, MINUTE, disks::tear);
        every(FaultClass.FLIPPED_BYTE, 20 * Kernel.SECOND, MINUTE, disks::flip);
        every(FaultClass.ROLLED_BACK_DISK, 20 * Kernel.SECOND, MINUTE, disks::rollBack);
        every(FaultClass.LOST_DISK, 20 * Kernel.SECOND, 2 * MINUTE, disks::lose);
        disks.begin(draws.fork("disks"));
        members.begin(disks, draws.fork("members"));
        every(FaultClass.JOIN, 10 * Kernel.SECOND, MINUTE, members::join);
        every(FaultClass.LEAVE, 15 * Kernel.SECOND, MINUTE, members::leave);
        every(FaultClass.REMOVE, 20 * Kernel.SECOND, 2 * MINUTE, members::remove);
        every(FaultClass.REPLACE, 20 * Kernel.SECOND, 2 * MINUTE, members::replace);
        every(FaultClass.REJOIN_EMPTY, 20 * Kernel.SECOND, 2 * MINUTE, members::rejoinEmpty);
        every(FaultClass.ZONE_LOSS, 15 * Kernel.SECOND, MINUTE, members::loseZone);
        every(FaultClass.VOTERS_DOWN, 15 * Kernel.SECOND, MINUTE, members::stopVoters);
        every(FaultClass.WEIGHTS, 15 * Kernel.SECOND, MINUTE, members::reweigh);
        every(FaultClass.BUCKETS, 8 * Kernel.SECOND, MINUTE, members::changeBucket);
    }

    /** A fault that happens at an instant. */
    interface Fault {
        /** Makes it; false if that is not possible now. */
        boolean strike(Draws draws);
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
                boolean struck = body.strike(mine);
                if (struck && !COUNTED_LATER.contains(fault)) {
                    count(fault);
                }
                next(fault, mine, struck ? mine.exponential(mean) : Kernel.SECOND, mean, body);
            }
        });
    }

    private boolean clog(Draws mine) {
        SimulatedHost from = mine.pick(fleet.inService());
        SimulatedHost to = mine.pick(fleet.inService());
        network.clog(from, to, kernel.now() + mine.between(100 * Kernel.MILLI, 15 * Kernel.SECOND));
        return true;
    }

    private boolean halfOpen(Draws mine) {
        long until = kernel.now() + mine.between(Kernel.SECOND, 40 * Kernel.SECOND);
        network.halfOpen(mine.pick(fleet.inService()), mine.pick(fleet.inService()), until);
        return true;
    }

    private boolean split(Draws mine) {
        List<SimulatedHost> one = new ArrayList<>();
        List<SimulatedHost> other = new ArrayList<>(fleet.inService());
        if (mine.chance(0.4)) {
            one.add(other.remove(mine.below(other.size())));
        } else {
            other.removeIf(host -> mine.chance(0.5) && one.add(host));
        }
        if (one.size() > 1 && !other.isEmpty() && mine.chance(0.3)) {
            // One of them reaches both sides: the bridge.
            one.remove(mine.below(one.size()));
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
        return true;
    }

    private boolean crash(Draws mine) {
        boolean everyone = mine.chance(0.05);
        boolean power = mine.chance(0.7);
        for (SimulatedHost host : everyone ? fleet.inService() : List.of(mine.pick(fleet.inService()))) {
            if (host.isRunning()) {
                host.crash(power, mine);
                disks.startLater(host, mine);
            }
        }
        return true;
    }

    private boolean pause(Draws mine) {
        SimulatedHost host = mine.pick(fleet.inService());
        long length = mine.chance(0.2) ? mine.between(0, 2 * MINUTE) : mine.between(0, 10 * Kernel.SECOND);
        host.pauseUntil(kernel.now() + length);
        network.paused(host, fleet.inService());
        return true;
    }

    private boolean jump(Draws mine) {
        mine.pick(fleet.inService()).clock().jump(mine.between(-60 * 60_000, 60 * 60_000));
        return true;
    }

    /** Mends everything that is not lost for ever: the network, pauses, disks, and nodes that are down. */
    void heal() {
        active = false;
        members.heal();
        disks.heal(on.contains(FaultClass.LOST_DISK), draws.fork("the dead"));
        if (on.contains(FaultClass.CRASH) && draws.fork("last crash").chance(0.5)) {
            // A last power loss, after which nobody writes or reads what it may have left behind.
            Draws mine = draws.fork("last victim");
            SimulatedHost host = mine.pick(fleet.inService());
            if (host.isRunning()) {
                host.crash(true, mine);
            }
        }
        network.heal();
        for (SimulatedHost host : fleet.all()) {
            host.resume();
            host.startIfDown();
        }
    }
}
