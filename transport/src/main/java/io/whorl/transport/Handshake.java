package io.whorl.transport;

import io.whorl.core.message.Hello;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.MalformedBytesException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One side's part of the beginning of a connection, as a pure state machine.
 *
 * <p>The side that connected says hello first. The other answers with its own hello and that it accepts, or with why not.
 * Then the first does likewise. A side may talk once it has both accepted and been accepted, so neither ever believes in a
 * connection that the other refuses.
 */
final class Handshake {
    /** The protocol versions that this version speaks. */
    static final List<Integer> VERSIONS = List.of(1);

    /** No version was agreed on; nobody can accept this one. */
    private static final int NONE = -1;

    private final boolean dialed;
    private final Optional<NodeId> expected;
    private final Supplier<Hello> self;
    private final Function<Hello, Optional<String>> refusal;
    private Hello peer;
    private int version = NONE;

    /**
     * A side.
     *
     * @param dialed whether it is the one that connected
     * @param expected whom it wants to reach, if it knows
     * @param self who it is, asked when it is said
     * @param refusal why the node does not want to talk with the one that introduced itself so
     */
    Handshake(
            boolean dialed,
            Optional<NodeId> expected,
            Supplier<Hello> self,
            Function<Hello, Optional<String>> refusal) {
        this.dialed = dialed;
        this.expected = expected;
        this.self = self;
        this.refusal = refusal;
    }

    /** What becomes of the connection after something was said. */
    sealed interface Step {
        /** What to answer, in order. */
        List<byte[]> replies();
    }

    /** More has to be said. */
    record Continue(List<byte[]> replies) implements Step {}

    /** Both sides want to talk. */
    record Agreed(List<byte[]> replies, Hello peer) implements Step {}

    /** One side does not want to; the connection is to be closed. {@code self}: because both are the same process. */
    record Declined(List<byte[]> replies, String reason, boolean self) implements Step {}

    /** What to say before anything was heard. */
    List<byte[]> begin() {
        return dialed ? List.of(HandshakeCodec.greeting(self.get(), VERSIONS)) : List.of();
    }

    /** Who the other side says to be; empty before it said so. */
    Optional<Hello> peer() {
        return Optional.ofNullable(peer);
    }

    /**
     * Takes what was heard.
     *
     * @throws MalformedBytesException if it is no step of a handshake, or not the next one
     */
    Step receive(byte[] bytes) {
        HandshakeCodec.Said said = HandshakeCodec.decode(bytes);
        if (said instanceof HandshakeCodec.Refused refused) {
            return new Declined(List.of(), "it refused us: " + refused.reason(), false);
        }
        if (said instanceof HandshakeCodec.Accepted accepted) {
            if (version == NONE || accepted.version() != version) {
                throw Parts.malformed("acceptance of version " + accepted.version(), "a greeting, then the version");
            }
            return new Agreed(List.of(), peer);
        }
        if (peer != null) {
            throw Parts.malformed("a second greeting", "acceptance or refusal");
        }
        return greeted((HandshakeCodec.Greeting) said);
    }

    private Step greeted(HandshakeCodec.Greeting greeting) {
        peer = greeting.hello();
        Hello mine = self.get();
        if (peer.node().equals(mine.node()) && peer.run() == mine.run()) {
            return decline("this is the very same node", true);
        }
        version = VERSIONS.stream()
                .filter(greeting.versions()::contains)
                .max(Integer::compare)
                .orElse(NONE);
        if (version == NONE) {
            return decline(
                    "node " + peer.node() + " at " + peer.address() + " speaks protocol versions " + greeting.versions()
                            + ", node " + mine.node() + " speaks " + VERSIONS + ": upgrade one version at a time",
                    false);
        }
        if (expected.isPresent() && !expected.get().equals(peer.node())) {
            return decline("node " + peer.node() + " listens where node " + expected.get() + " was expected", false);
        }
        Optional<String> reason = refusal.apply(peer);
        if (reason.isPresent()) {
            return decline(reason.get(), false);
        }
        byte[] accepted = HandshakeCodec.accepted(version);
        return new Continue(dialed ? List.of(accepted) : List.of(HandshakeCodec.greeting(mine, VERSIONS), accepted));
    }

    private Declined decline(String reason, boolean self) {
        version = NONE;
        return new Declined(List.of(HandshakeCodec.refused(reason)), reason, self);
    }
}
