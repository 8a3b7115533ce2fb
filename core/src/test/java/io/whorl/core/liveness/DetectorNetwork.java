package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Detectors on a little network of virtual time, which loses, delays and cuts. */
final class DetectorNetwork {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    static final LivenessSettings SETTINGS = new LivenessSettings(SECOND, SECOND / 2, 3, 4);

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final TreeSet<String> oneWayCuts = new TreeSet<>();
    final SeededRandom random;
    final List<Process> processes = new ArrayList<>();
    /** How many of a hundred messages are lost. */
    int lossPercent;

    long longestDelay = 20 * MILLI;
    long now = 5;
    long sent;
    private long numbers;

    private record Event(long at, long number, Runnable task) {}

    DetectorNetwork(long seed, int members) {
        random = new SeededRandom(seed);
        for (int i = 0; i < members; i++) {
            processes.add(new Process(i));
        }
        processes.forEach(Process::begin);
    }

    /** Draws from 0 to below the bound. */
    int draw(int bound) {
        return random.nextInt(bound);
    }

    Process any() {
        return processes.get(draw(processes.size()));
    }

    private void at(long when, Runnable task) {
        events.add(new Event(when, numbers++, task));
    }

    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().at <= end) {
            step();
        }
        now = end;
    }

    /** Lets time pass until the condition holds; whether it did within that time. */
    boolean runUntil(BooleanSupplier condition, long within) {
        long end = now + within;
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.peek().at > end) {
                return false;
            }
            step();
        }
        return true;
    }

    private void step() {
        Event event = events.remove();
        now = event.at;
        event.task.run();
    }

    /** Nothing passes that way any more, and nobody is told. */
    void cut(Process from, Process to) {
        oneWayCuts.add(from.index + ">" + to.index);
    }

    void heal() {
        oneWayCuts.clear();
    }

    /** Whether every running process holds that of the other. */
    boolean allHold(Process of, Status status) {
        return processes.stream().filter(each -> each != of && each.running).allMatch(each -> each.holds(of) == status);
    }

    /** One process: a detector, and what happens to it. */
    final class Process {
        final int index;
        final NodeId id;
        long run;
        Detector detector;
        Meters meters;
        boolean running = true;
        long pausedUntil;
        final List<Output> outputs = new ArrayList<>();
        private long wakes;

        Process(int index) {
            this.index = index;
            this.id = new NodeId(100 + index);
        }

        private void begin() {
            run = random.nextIdentity();
            meters = new Meters();
            detector = new Detector(id, run, SETTINGS, random.fork("process " + run), meters, now);
            for (Process other : processes) {
                if (other != this && other.running && other.detector != null) {
                    detector.connected(now, other.id, other.run);
                    other.input(() -> other.detector.connected(now, id, run));
                }
            }
            input(() -> detector.members(
                    now, processes.stream().map(each -> each.id).toList()));
        }

        Status holds(Process other) {
            return detector.snapshot(other.id).orElseThrow().status();
        }

        /** Gives the detector something; a process that does not run gets it when it runs again. */
        private void input(Runnable task) {
            if (!running) {
                return;
            }
            if (now < pausedUntil) {
                Detector mine = detector;
                at(pausedUntil, () -> {
                    if (detector == mine) {
                        input(task);
                    }
                });
                return;
            }
            task.run();
            for (Output output : detector.drain()) {
                outputs.add(output);
                if (output instanceof Output.Send send) {
                    transmit(send);
                }
            }
            long wake = ++wakes;
            Detector mine = detector;
            if (detector.wakeAt() != Long.MAX_VALUE) {
                at(Math.max(now, detector.wakeAt()), () -> {
                    if (detector == mine && wakes == wake) {
                        input(() -> detector.tick(now));
                    }
                });
            }
        }

        private void transmit(Output.Send send) {
            sent++;
            Process to = processes.stream()
                    .filter(each -> each.id.equals(send.to()))
                    .findFirst()
                    .orElseThrow();
            if (draw(100) < lossPercent || oneWayCuts.contains(index + ">" + to.index)) {
                return;
            }
            long myRun = run;
            LivenessMessage message = send.message();
            at(now + 1 + 1_000L * draw((int) (longestDelay / 1_000)), () -> {
                if (to.running && to.run == send.run()) {
                    to.input(() -> to.detector.received(now, id, myRun, message));
                }
            });
        }

        /** It is gone, and the others' connections with it. */
        void crash() {
            running = false;
            for (Process other : processes) {
                other.input(() -> other.detector.disconnected(now, id, run));
            }
        }

        /** It is gone, and no connection tells. */
        void vanish() {
            running = false;
        }

        void restart() {
            for (Process other : processes) {
                other.input(() -> other.detector.disconnected(now, id, run));
            }
            running = true;
            outputs.clear();
            begin();
        }

        void pause(long nanos) {
            pausedUntil = now + nanos;
        }

        void doubt(Process other) {
            input(() -> detector.doubt(now, other.id));
        }

        long count(Counter counter) {
            return meters.get(counter);
        }
    }
}
