package io.whorl.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code DURABLE}: the sequence number of a batch that is known to be durable, and thereby a check on recovery.
 *
 * <p>RocksDB recovers the longest intact prefix of its log and does not tell whether what it dropped was a torn tail, as
 * every crash may leave one, or had been synced. We can tell: after each sync, the last sequence number before it is
 * written here, and a database that is recovered to less has lost durable batches.
 *
 * <p>The number is written after the sync and not synced itself. So it is never too high; after a loss of power it may be
 * too low, which makes the check weaker and never wrong. Layout: 8 bytes number, 4 bytes CRC32C of them, both big endian.
 */
final class DurableMark implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DurableMark.class);
    private static final int BYTES = Long.BYTES + Integer.BYTES;

    private final FileChannel channel;
    private final boolean existed;
    private long sequence;

    private DurableMark(FileChannel channel, boolean existed, long sequence) {
        this.channel = channel;
        this.existed = existed;
        this.sequence = sequence;
    }

    /** Opens the file, or creates it with number zero. */
    static DurableMark open(Path file) throws IOException {
        boolean existed = Files.exists(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            DurableMark mark = new DurableMark(channel, existed, existed ? read(channel, file) : 0);
            if (!existed) {
                mark.write(0);
                channel.force(true);
            }
            return mark;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static long read(FileChannel channel, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // A file that ends early leaves the buffer partly filled.
        }
        bytes.flip();
        if (bytes.remaining() == BYTES) {
            long number = bytes.getLong();
            if (bytes.getInt() == checksum(number) && number >= 0) {
                return number;
            }
        }
        LOG.warn("{} is damaged. It is made anew; this start cannot check whether synced batches were lost", file);
        return 0;
    }

    /** Whether the file was there before, that is, whether a database was made here before. */
    boolean existed() {
        return existed;
    }

    /** The last number written; zero if none was. */
    long sequence() {
        return sequence;
    }

    /** Notes that everything up to this number is durable. Called by one thread at a time. */
    void write(long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(number)
                .putInt(checksum(number))
                .flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        sequence = number;
    }

    private static int checksum(long number) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
