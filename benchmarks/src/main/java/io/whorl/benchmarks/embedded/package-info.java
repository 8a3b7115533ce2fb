/**
 * Clusters inside this JVM, made as an application makes them, for benchmarks of whole requests.
 *
 * <p>Entry class: {@link io.whorl.benchmarks.embedded.Members}. May import whorl alone.
 */
package io.whorl.benchmarks.embedded;
