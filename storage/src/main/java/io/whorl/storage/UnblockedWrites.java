package io.whorl.storage;

import java.util.concurrent.locks.LockSupport;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;

/**
 * Writes that never wait inside RocksDB for a disk to have space.
 *
 * <p>When RocksDB cannot write its files in the background, it lets writers wait until it can, for ever if need be; and a lane that
 * waits serves no reads either. So it is asked to return at once instead of waiting. If errors in the background are why it would
 * wait, the write fails; else it is only busy, and is tried again shortly.
 */
final class UnblockedWrites {
    private static final String ERRORS = "rocksdb.background-errors";
    private static final long PAUSE_NANOS = 300_000;

    private final RocksHandles rocks;
    private final Failures failures;
    private volatile boolean stuck;
    private volatile long known;

    UnblockedWrites(RocksHandles rocks, Failures failures) {
        this.rocks = rocks;
        this.failures = failures;
    }

    /**
     * Writes a batch.
     *
     * @throws RocksDBException if RocksDB fails
     * @throws io.whorl.core.spi.StorageException of kind {@code FULL} if it waits until its files can be written
     */
    void write(WriteBatch batch) throws RocksDBException {
        while (true) {
            try {
                rocks.db().write(rocks.writeAtOnce(), batch);
                if (stuck) {
                    stuck = false;
                    known = rocks.db().getLongProperty(ERRORS);
                }
                return;
            } catch (RocksDBException e) {
                if (e.getStatus() == null || e.getStatus().getCode() != Status.Code.Incomplete) {
                    throw e;
                }
                if (rocks.db().getLongProperty(ERRORS) > known) {
                    stuck = true;
                    throw failures.full("writing the engine's files", e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
