/**
 * The ports: everything that the protocol asks of the world outside it.
 *
 * <p>Production puts threads, sockets and RocksDB behind these interfaces; the simulator puts one event queue behind all of
 * them. Nothing else in core may read a clock, draw a random number, start a thread or touch a file, so that a node in the
 * simulator is the same object as in production. Imports only {@code message} and what that imports, and {@code api}.
 */
package io.whorl.core.spi;
