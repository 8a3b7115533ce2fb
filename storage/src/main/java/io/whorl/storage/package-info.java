/**
 * Storage engines behind core's {@link io.whorl.core.spi.StorageEngine} port: one on RocksDB, one in memory, and one that
 * keeps records in a cache in front of another.
 *
 * <p>Entry classes: {@link io.whorl.storage.RocksStorageEngine} for nodes with a data directory, behind a
 * {@link io.whorl.storage.CachingStorageEngine};
 * {@link io.whorl.storage.HeapStorageEngine} for nodes without one. May import {@code io.whorl.core.spi}, RocksDB, slf4j and
 * the JDK; no type of RocksDB is in a public signature.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A value that cannot be read is an exception, never an absent value.
 *   <li>What a cache says of a record is what is stored, at every instant.
 *   <li>No native handle is used after it was freed, whatever is called when, from whichever thread.
 *   <li>After {@code close} nothing is left: no thread, file handle, native memory or file outside the directory, but for the
 *       one native library that all starts share ({@link io.whorl.storage.NativeLibrary}).
 * </ul>
 */
package io.whorl.storage;
