/**
 * Transports behind core's port: {@link io.whorl.transport.NettyTransport} over TCP, and
 * {@link io.whorl.transport.InProcessTransport} between nodes of one JVM, which find each other in an
 * {@link io.whorl.transport.InProcessNetwork}. Both send every message through {@link io.whorl.transport.MessageCodec}.
 *
 * <p>Entry class for readers: {@code Peers}, which both share. It decides who is connected and what the node hears of it, and
 * needs only a {@code Carrier} of bytes: {@code NettyCarrier} or {@code MemoryCarrier}. Below it a {@code Connection} does the
 * handshake and then passes messages, over a {@code Pipe}: {@code SocketPipe}, made of {@code FrameDecoder},
 * {@code Reassembly} and {@code Outbound}, or {@code MemoryPipe}.
 *
 * <p>May import: core, Netty, Protocol Buffers. Nothing of storage.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A connection is used by neither side before both have accepted the other.
 *   <li>The node hears connected, then messages, then disconnected, once each per run of a peer, however many connections
 *       there are; and of one run of a peer at a time.
 *   <li>A length is checked before anything of that length is made or waited for.
 *   <li>What a connection has under way is bounded, in bytes.
 *   <li>No state outlives {@code close}, and none is static.
 * </ul>
 */
package io.whorl.transport;
