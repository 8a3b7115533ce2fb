package io.whorl.processes;

import io.whorl.storage.SyncedLogs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Copies a node's directory as a loss of power could leave it. The process stands still meanwhile, so all files are of one instant.
 *
 * <p>A write-ahead log keeps what had been synced, and of the rest a random beginning, perhaps followed by zeros, as file systems
 * leave them that note a file's length before its bytes. {@code DURABLE}, which is never synced, is as it is or as it once was. All other
 * files are taken as they are: RocksDB syncs a table before its manifest names it, and the manifest before it relies on that. A
 * flush to tables also syncs the logs that are no longer written to, without asking us; so such a log is taken whole if the
 * manifest has changed since its last byte.
 */
final class DiskImage {
    private static final String DURABLE = "DURABLE";

    /** What is left of what was not synced. */
    enum Remains {
        /** Whatever may be. */
        ANY,
        /** Nothing, and an earlier {@code DURABLE}. */
        SYNCED_WITH_OLD_MARK,
        /** Nothing but {@code DURABLE} as it is. */
        SYNCED_WITH_NEW_MARK
    }

    private final Path image;
    private final SplittableRandom random;
    private final Remains remains;
    private long droppedBytes;
    private int torn;

    DiskImage(Path image, SplittableRandom random, Remains remains) {
        this.image = image;
        this.random = random;
        this.remains = remains;
    }

    /** How many bytes that had not been synced are not in the images. */
    long droppedBytes() {
        return droppedBytes;
    }

    /** How many logs ended in the middle of something, or in zeros. */
    int torn() {
        return torn;
    }

    /**
     * Copies a directory.
     *
     * @param live the directory of a process that stands still
     * @param note where that process noted what it had synced
     * @param oldMark an earlier state of {@code DURABLE}; empty for none
     * @return where the copy is
     */
    Path take(Path live, Path note, byte[] oldMark) throws IOException {
        Path copy = image.resolve(live.getFileName());
        Path rocks = live.resolve("rocks");
        Files.createDirectories(copy.resolve("rocks"));
        Files.copy(live.resolve("FORMAT"), copy.resolve("FORMAT"));
        if (oldMark.length > 0 && takesOldMark()) {
            Files.write(copy.resolve(DURABLE), oldMark);
        } else {
            Files.copy(live.resolve(DURABLE), copy.resolve(DURABLE));
        }
        Map<String, Long> synced = SyncedLogs.read(note);
        TreeMap<String, Path> logs = new TreeMap<>();
        FileTime manifest = FileTime.fromMillis(0);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(rocks)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(".log")) {
                    logs.put(name, file);
                } else if (!name.equals("LOCK")) {
                    Files.copy(file, copy.resolve("rocks").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                }
                if (name.startsWith("MANIFEST")
                        && Files.getLastModifiedTime(file).compareTo(manifest) > 0) {
                    manifest = Files.getLastModifiedTime(file);
                }
            }
        }
        for (Map.Entry<String, Path> log : logs.entrySet()) {
            boolean newest = log.getKey().equals(logs.lastKey());
            boolean flushed =
                    !newest && Files.getLastModifiedTime(log.getValue()).compareTo(manifest) <= 0;
            byte[] bytes = Files.readAllBytes(log.getValue());
            int durable = flushed ? bytes.length : (int) (long) synced.getOrDefault(log.getKey(), 0L);
            Files.write(copy.resolve("rocks").resolve(log.getKey()), afterLoss(bytes, durable));
        }
        return copy;
    }

    private boolean takesOldMark() {
        return switch (remains) {
            case ANY -> random.nextBoolean();
            case SYNCED_WITH_OLD_MARK -> true;
            case SYNCED_WITH_NEW_MARK -> false;
        };
    }

    private byte[] afterLoss(byte[] bytes, int durable) {
        if (durable == bytes.length || remains != Remains.ANY || random.nextInt(3) == 0) {
            droppedBytes += bytes.length - durable;
            return Arrays.copyOf(bytes, durable);
        }
        int kept = durable + random.nextInt(bytes.length - durable + 1);
        droppedBytes += bytes.length - kept;
        torn++;
        byte[] beginning = Arrays.copyOf(bytes, kept);
        return random.nextBoolean() ? beginning : Arrays.copyOf(beginning, bytes.length);
    }
}
