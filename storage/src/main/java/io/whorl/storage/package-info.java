/** Storage engines behind core's port: one on RocksDB, and one in memory. */
package io.whorl.storage;
