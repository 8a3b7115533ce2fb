/**
 * What a store under measurement has to offer, and the bare RocksDB that several of them stand on.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.sidebyside.engine.Engine}. Imports RocksDB and nothing of ours.
 */
package io.whorl.benchmarks.sidebyside.engine;
