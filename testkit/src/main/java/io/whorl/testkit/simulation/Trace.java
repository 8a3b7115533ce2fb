package io.whorl.testkit.simulation;

import java.util.zip.CRC32C;

/** A running hash of everything that happened, in order: two runs were the same if their hashes are. */
final class Trace {
    private static final long PRIME = 0x9e3779b97f4a7c15L;

    private long hash = 1;
    private final CRC32C crc = new CRC32C();

    void add(long value) {
        hash = (Long.rotateLeft(hash, 23) ^ value) * PRIME;
    }

    void add(byte[] bytes) {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        add(((long) bytes.length << 32) ^ crc.getValue());
    }

    long hash() {
        return hash ^ (hash >>> 29);
    }
}
