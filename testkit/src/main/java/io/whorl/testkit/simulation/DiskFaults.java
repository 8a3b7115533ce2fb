package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * The faults of disks, among them losses of what had been synced.
 *
 * <p>A lost disk is a host that never comes back, and that nobody removes either. There are never more of them than leave every bucket its quorums; and unless the run permits it, no loss destroys the
 * last copy of an acknowledged write that only losses could excuse.
 */
final class DiskFaults {
    private static final long LONGEST_DOWN = 40 * Kernel.SECOND;
    private static final long USUALLY_DOWN = 5 * Kernel.SECOND;
    private static final long SHORTEST_DOWN = 20 * Kernel.MILLI;
    private static final long BETWEEN_IMAGES = 12 * Kernel.SECOND;

    private final Kernel kernel;
    private final Fleet fleet;
    private final History history;
    private final SimulationOptions options;
    private final Consumer<FaultClass> count;
    private final SimulatedDisk.Image[] images;
    private boolean active;

    /**
     * @param options of the cluster: how many hosts may be lost, and how long they are away
     * @param count told of each fault that happens later than it was ordered
     */
    DiskFaults(Kernel kernel, Fleet fleet, History history, SimulationOptions options, Consumer<FaultClass> count) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.history = history;
        this.options = options;
        this.count = count;
        this.images = new SimulatedDisk.Image[fleet.all().size()];
    }

    /** The phase of faults begins: from now on images of the disks are kept, to go back to. */
    void begin(Draws draws) {
        active = true;
        for (SimulatedHost host : fleet.all()) {
            host.onDiskFault(stopped -> {
                if (stopped.process().hasMetError()) {
                    count.accept(FaultClass.IO_ERROR);
                    if (draws.chance(0.5)) {
                        // What could not be written was dropped by the operating system.
                        stopped.loseUnsynced(draws, false);
                    }
                }
                startLater(stopped, draws);
            });
            image(host, draws);
        }
    }

    private void image(SimulatedHost host, Draws draws) {
        if (active) {
            images[host.index()] = host.disk().image();
            kernel.after(draws.exponential(BETWEEN_IMAGES), () -> image(host, draws));
        }
    }

    /** Starts a host's node some time later, mostly soon. */
    void startLater(SimulatedHost host, Draws draws) {
        long longest = draws.chance(options.longAbsences()) ? LONGEST_DOWN : USUALLY_DOWN;
        kernel.after(draws.between(SHORTEST_DOWN, longest), () -> {
            if (active) {
                host.startIfDown();
            }
        });
    }

    boolean slow(Draws draws) {
        draws.pick(fleet.inService())
                .disk()
                .trouble()
                .slowUntil(kernel.now() + draws.between(Kernel.SECOND, 20 * Kernel.SECOND));
        return true;
    }

    boolean full(Draws draws) {
        draws.pick(fleet.inService())
                .disk()
                .trouble()
                .fullUntil(kernel.now() + draws.between(Kernel.SECOND, 20 * Kernel.SECOND));
        return true;
    }

    /** Orders an error, which counts once a node has met it and stopped. */
    boolean error(Draws draws) {
        DiskTrouble trouble = draws.pick(fleet.inService()).disk().trouble();
        if (draws.chance(0.5)) {
            trouble.failNextStep();
        } else {
            trouble.failNextSync();
        }
        return true;
    }

    boolean tear(Draws draws) {
        List<SimulatedHost> writing = fleet.all().stream()
                .filter(host -> host.isRunning() && host.disk().unsynced() > 0)
                .toList();
        if (writing.isEmpty()) {
            return false;
        }
        SimulatedHost host = draws.pick(writing);
        host.crash(false, draws);
        boolean torn = host.loseUnsynced(draws, true);
        startLater(host, draws);
        return torn;
    }

    /** Goes back to an image of a disk, if that leaves the last copies of what must not vanish. */
    boolean rollBack(Draws draws) {
        SimulatedHost host = draws.pick(fleet.inService());
        SimulatedDisk.Image image = images[host.index()];
        if (host.isDead() || history.losses().needed(host, true) > image.newest()) {
            return false;
        }
        if (host.isRunning()) {
            host.crash(false, draws);
        }
        host.rollBack(image);
        startLater(host, draws);
        return true;
    }

    boolean lose(Draws draws) {
        SimulatedHost host = draws.pick(fleet.inService());
        boolean spared =
                fleet.inService().stream().filter(SimulatedHost::isDead).count() >= options.spareNodes();
        if (host.isDead() || spared || history.losses().needed(host, true) > 0 || !fleet.keepsVoters(host)) {
            return false;
        }
        host.die();
        return true;
    }

    /** One bit of one value changes, of any kind that is stored often. */
    boolean flip(Draws draws) {
        SimulatedHost host = draws.pick(fleet.inService());
        Space space = draws.pick(List.of(Space.RECORDS, Space.RECORDS, Space.DOTS, Space.META, Space.HINTS));
        NavigableMap<byte[], byte[]> all = host.disk().range(space, new byte[0], null);
        List<byte[]> keys = new ArrayList<>();
        all.forEach((key, value) -> {
            if (value.length > 0 && (space != Space.META || StoredLayout.isCopyOfCheckpoint(key))) {
                keys.add(key);
            }
        });
        if (host.isDead() || keys.isEmpty() || !history.losses().maySpoil(host)) {
            return false;
        }
        byte[] key = draws.pick(keys);
        host.disk().flip(space, key, draws.below(all.get(key).length * Byte.SIZE));
        history.losses().damaged(host, space, Arrays.copyOf(key, key.length));
        return true;
    }

    /**
     * All disks are well again, but for those that are lost.
     *
     * @param mayLose whether some hosts more may be left behind for ever, so that a mere core goes on
     */
    void heal(boolean mayLose, Draws draws) {
        active = false;
        boolean core = draws.chance(0.5);
        for (int tries = 0; mayLose && tries < 2 * fleet.all().size(); tries++) {
            boolean none = fleet.isComplete();
            if ((core || none) && lose(draws)) {
                count.accept(FaultClass.LOST_DISK);
            }
        }
        fleet.all().forEach(host -> host.disk().trouble().mend());
    }
}
