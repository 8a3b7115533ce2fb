/**
 * JMH for the pure pieces of the protocol and for its codecs: what one call of each costs, and allocates ({@code -prof gc}), as what
 * it works on grows. Nothing here has a socket, a disk or a lane; what those cost is measured by the other packages.
 *
 * <p>Entry class: {@code org.openjdk.jmh.Main}. May import core and transport.
 */
package io.whorl.benchmarks.micro;
