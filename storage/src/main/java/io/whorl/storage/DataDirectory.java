package io.whorl.storage;

import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's data directory: the file {@code FORMAT}, which says that it is ours and in which version of the layout; the
 * file {@code DURABLE} ({@link DurableMark}); and {@code rocks/}, the database.
 *
 * <p>{@code FORMAT} is written first and appears whole or not at all, so a directory with other content and without that
 * file was never ours. Who may use the directory is decided by RocksDB's lock on {@code rocks/LOCK}: a lock of our own would
 * be lost as soon as a second attempt in the same process closed its handle, which is how POSIX locks are.
 */
final class DataDirectory {
    /** The version of the layout that this code writes, and the newest that it reads. */
    static final int VERSION = 1;

    static final String FORMAT = "FORMAT";
    static final String CHECKPOINT = "CHECKPOINT";
    private static final String FORMAT_DRAFT = "FORMAT.new";
    private static final Pattern FORMAT_LINE = Pattern.compile("whorl-storage-format (\\d{1,9})\\s*");
    private static final int FORMAT_MAX_BYTES = 256;

    private final Path path;
    private final Failures failures;

    DataDirectory(Path path) {
        this.path = path;
        this.failures = new Failures(path);
    }

    /**
     * Removes the database of a first start that was cut off before it was complete, so that it can be made again. Nothing
     * is lost: it is done only where no start was ever completed and there is neither a table nor a byte in a log.
     *
     * @return whether there was one
     */
    boolean discardUnfinished() throws IOException {
        if (Files.exists(durableMark()) || !Files.isDirectory(database())) {
            return false;
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> content = Files.newDirectoryStream(database())) {
            for (Path file : content) {
                String name = file.getFileName().toString();
                if (name.endsWith(".sst") || (name.endsWith(".log") && Files.size(file) > 0)) {
                    return false;
                }
                if (!name.equals("LOCK")) {
                    files.add(file);
                }
            }
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        return true;
    }

    Path database() {
        return path.resolve("rocks");
    }

    Path openMark() {
        return path.resolve("OPENED");
    }

    Path durableMark() {
        return path.resolve("DURABLE");
    }

    /** Creates the directory if need be, and checks that it is ours and that we understand it. */
    void prepare() {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw unusable("is not a directory; name one, or a path where one can be created");
            }
            Files.createDirectories(path);
            Path format = path.resolve(FORMAT);
            if (Files.exists(path.resolve(CHECKPOINT))) {
                throw unusable(
                        "is a checkpoint of a node's data. The node that it was taken from may have promised more since, and"
                                + " would forget that; so no node starts from it. Start the node with an empty directory: its peers have its data");
            }
            if (Files.exists(format)) {
                checkFormat(format);
            } else {
                checkEmpty();
                writeFormat(format);
            }
        } catch (IOException e) {
            throw new StorageException(
                    Kind.UNUSABLE,
                    "the data directory " + path + " cannot be prepared: " + e
                            + ". It must be readable and writable for this process",
                    e);
        }
    }

    private void checkFormat(Path format) throws IOException {
        String text =
                Files.size(format) > FORMAT_MAX_BYTES ? "" : Files.readString(format, StandardCharsets.ISO_8859_1);
        Matcher line = FORMAT_LINE.matcher(text);
        if (!line.matches()) {
            throw unusable(
                    "has a file " + FORMAT + " that Whorl did not write; use another directory, or restore the file");
        }
        int version = Integer.parseInt(line.group(1));
        if (version > VERSION || version < 1) {
            throw unusable("has storage format " + version + ", but this version of Whorl understands format " + VERSION
                    + " at most; use the version of Whorl that wrote it, or a newer one");
        }
    }

    private void checkEmpty() throws IOException {
        // A file system's own directory, and what a crash left of our first step.
        Set<String> harmless = Set.of("lost+found", FORMAT_DRAFT);
        Set<String> foreign = new TreeSet<>();
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            for (Path entry : content) {
                String name = entry.getFileName().toString();
                if (!harmless.contains(name)) {
                    foreign.add(name);
                }
            }
        }
        if (!foreign.isEmpty()) {
            List<String> some = new ArrayList<>(foreign).subList(0, Math.min(3, foreign.size()));
            throw unusable("is not empty and was not made by Whorl (there is no file " + FORMAT + ", but there is "
                    + String.join(", ", some) + (foreign.size() > some.size() ? ", ..." : "")
                    + "); use an empty or a new directory");
        }
    }

    /**
     * Makes a directory for a checkpoint, which says that it is one before it has anything else.
     *
     * @throws StorageException of kind {@code UNUSABLE} if there is something at that place
     */
    void beginCheckpoint() throws IOException {
        if (Files.exists(path)) {
            throw unusable("exists; name a new directory for a checkpoint");
        }
        Files.createDirectories(path);
        Files.writeString(path.resolve(CHECKPOINT), "a copy of a node's data, not the data of a node\n");
        forceFile(path.resolve(CHECKPOINT));
        sync();
    }

    /** The checkpoint is complete. */
    void completeCheckpoint() throws IOException {
        writeFormat(path.resolve(FORMAT));
    }

    private static void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private void writeFormat(Path format) throws IOException {
        Path draft = path.resolve(FORMAT_DRAFT);
        byte[] line = ("whorl-storage-format " + VERSION + "\n").getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(line));
            channel.force(true);
        }
        Files.move(draft, format, StandardCopyOption.ATOMIC_MOVE);
        sync();
    }

    /** Makes the directory's entries durable, where the system lets a directory be opened (not on Windows). */
    void sync() throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    Failures failures() {
        return failures;
    }

    private StorageException unusable(String why) {
        return new StorageException(Kind.UNUSABLE, "the data directory " + path + " " + why);
    }
}
