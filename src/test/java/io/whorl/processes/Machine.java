package io.whorl.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A machine with a whole cluster on it, whose power can fail. */
final class Machine implements Serving, AutoCloseable {
    private static final int NODES = 3;
    private static final int STARTED_WITHIN = 120;
    private static final long SMALL_BUFFER = 64 << 10;
    private static final long LARGE_BUFFER = 8 << 20;

    private final Path directory;
    private final int[] ports;
    private final SplittableRandom random;
    private final byte[][] marks = new byte[NODES][0];
    private Path disk;
    private int starts;
    private long droppedBytes;
    private int torn;
    private volatile NodeHandle process;

    Machine(Path directory, SplittableRandom random) throws IOException {
        this.directory = directory;
        this.random = random;
        this.ports = FreePorts.find(NODES, random);
        this.disk = directory.resolve("disk-0");
    }

    /** Starts with what the disk has, and waits until all nodes serve. */
    void start() throws IOException {
        begin();
        process.expect("ready", STARTED_WITHIN);
    }

    /** Starts, but does not wait. */
    void begin() throws IOException {
        Files.createDirectories(disk);
        for (int i = 0; i < NODES; i++) {
            Path mark = disk.resolve("node-" + i).resolve("DURABLE");
            marks[i] = Files.exists(mark) ? Files.readAllBytes(mark) : new byte[0];
        }
        // A small buffer makes RocksDB write tables and change logs within a second.
        long buffer = starts++ % 2 == 0 ? SMALL_BUFFER : LARGE_BUFFER;
        process = NodeHandle.start(
                List.of(),
                PowerLossProcess.class,
                disk.toString(),
                Long.toString(buffer),
                Integer.toString(ports[0]),
                Integer.toString(ports[1]),
                Integer.toString(ports[2]));
    }

    /** From now on nothing is synced, and the nodes believe that it is. */
    void lie() throws IOException {
        for (int i = 0; i < NODES; i++) {
            marks[i] = Files.readAllBytes(disk.resolve("node-" + i).resolve("DURABLE"));
        }
        process.tell("lie");
        process.expect("did lie", STARTED_WITHIN);
    }

    /** The power fails: the disk has what {@link DiskImage} says, and nothing else is left. */
    void losePower(DiskImage.Remains remains) throws IOException, InterruptedException {
        process.pause();
        Path next = directory.resolve("disk-" + starts);
        DiskImage image = new DiskImage(next, random, remains);
        for (int i = 0; i < NODES; i++) {
            image.take(disk.resolve("node-" + i), disk.resolve("synced-" + i), marks[i]);
        }
        process.kill();
        delete(disk);
        disk = next;
        droppedBytes += image.droppedBytes();
        torn += image.torn();
    }

    /** How many bytes that had not been synced were lost in all. */
    long droppedBytes() {
        return droppedBytes;
    }

    /** How many logs had ended in the middle of something. */
    int torn() {
        return torn;
    }

    /** The process that runs on it. */
    NodeHandle process() {
        return process;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Optional<NodeHandle> serving(int node) {
        return Optional.ofNullable(process).filter(running -> !running.isGone());
    }

    @Override
    public void close() {
        if (process != null) {
            try {
                process.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
