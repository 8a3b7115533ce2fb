package io.whorl.storage;

import io.whorl.core.spi.StorageEngine.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code OPENED}: whether the engine is open or was closed in order, and in which life of the machine it was opened. From
 * that the next opening tells whether a loss of power may have undone batches that were applied and not synced.
 *
 * <p>Linux draws a random number at every boot. Where there is none, an engine that was not closed in order may always have lost its
 * power. What is suspected stays in the file, over further openings too, until core has noted it.
 *
 * <p>One line: {@code open} or {@code closed}, the boot's number or {@code unknown}, {@code settled} or {@code suspect}. The file is
 * replaced whole, and synced before anything is applied.
 */
final class OpenMark {
    /** Where Linux tells the random number of its boot. */
    static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final String UNKNOWN = "unknown";
    private static final Pattern LINE = Pattern.compile("(open|closed) ([0-9a-zA-Z-]{1,64}) (settled|suspect)\\s*");
    private static final int MOST_BYTES = 128;

    private final DataDirectory directory;
    private final String boot;
    private final Opened opened;
    private boolean suspect;

    private OpenMark(DataDirectory directory, String boot, Opened opened) {
        this.directory = directory;
        this.boot = boot;
        this.opened = opened;
        this.suspect = opened == Opened.POWER_MAY_HAVE_FAILED;
    }

    /**
     * Reads how the engine was left, and notes that it is open.
     *
     * @param existed whether there was an engine before
     * @param bootId where the machine's boot is told
     */
    static OpenMark begin(DataDirectory directory, boolean existed, Path bootId) throws IOException {
        String boot = boot(bootId);
        Opened opened = existed ? left(directory.openMark(), boot) : Opened.CLEAN;
        OpenMark mark = new OpenMark(directory, boot, opened);
        mark.write("open");
        return mark;
    }

    private static String boot(Path bootId) {
        try {
            String id = Files.readString(bootId, StandardCharsets.US_ASCII).strip();
            return id.matches("[0-9a-fA-F-]{8,64}") ? id : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static Opened left(Path file, String boot) throws IOException {
        if (!Files.exists(file) || Files.size(file) > MOST_BYTES) {
            return Opened.POWER_MAY_HAVE_FAILED;
        }
        Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!line.matches() || line.group(3).equals("suspect")) {
            return Opened.POWER_MAY_HAVE_FAILED;
        }
        if (line.group(1).equals("closed")) {
            return Opened.CLEAN;
        }
        boolean sameBoot = !boot.equals(UNKNOWN) && boot.equals(line.group(2));
        return sameBoot ? Opened.PROCESS_DIED : Opened.POWER_MAY_HAVE_FAILED;
    }

    Opened opened() {
        return opened;
    }

    /** What was suspected has been noted elsewhere, in the engine itself. */
    synchronized void noted() throws IOException {
        if (suspect) {
            suspect = false;
            write("open");
        }
    }

    /** The engine has been closed after a last sync that succeeded. */
    synchronized void closed() throws IOException {
        write("closed");
    }

    private void write(String state) throws IOException {
        Path draft = directory.openMark().resolveSibling("OPENED.new");
        String line = state + " " + boot + " " + (suspect ? "suspect" : "settled") + "\n";
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(draft, directory.openMark(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        directory.sync();
    }
}
