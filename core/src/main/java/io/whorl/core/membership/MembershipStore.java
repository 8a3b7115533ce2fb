package io.whorl.core.membership;

import io.whorl.core.agreement.AgreementStore;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Sealed;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The parts of the meta space that belong to the node as a whole. */
public final class MembershipStore {
    private static final byte FORMAT = 1;
    private static final byte[] IDENTITY = "identity".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATE = "cluster".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VOTE = "vote".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREVIOUS_LINE = "previous-line".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RUN = "last-run".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] REPORTED = "reported".getBytes(StandardCharsets.US_ASCII);

    private final StorageEngine storage;

    public MembershipStore(StorageEngine storage) {
        this.storage = storage;
    }

    /** Who this storage belongs to; empty when it is new. */
    public Optional<Identity> identity() {
        return read(IDENTITY).map(Identity::decode);
    }

    public void keep(Identity identity) {
        write(IDENTITY, identity.encode());
    }

    /** The newest cluster state that was kept. */
    public Optional<ClusterState> state() {
        return read(STATE).map(ClusterState::decode);
    }

    /** Keeps a newer state; what was promised about its epoch is not needed any more. */
    void keep(ClusterState state) {
        WriteBatch batch = new WriteBatch().put(Space.META, STATE, Sealed.seal(FORMAT, state.encode()));
        AgreementStore.forget(batch);
        storage.apply(batch);
    }

    /** Keeps the first state of a line that takes the place of another one. */
    void keep(ClusterState state, long previousLine) {
        WriteBatch batch = new WriteBatch()
                .put(Space.META, STATE, Sealed.seal(FORMAT, state.encode()))
                .put(
                        Space.META,
                        PREVIOUS_LINE,
                        Sealed.seal(FORMAT, new ByteWriter().i64(previousLine).toByteArray()));
        AgreementStore.forget(batch);
        storage.apply(batch);
    }

    /** The line that this node's present one has taken the place of, if it has. */
    Optional<Long> previousLine() {
        return read(PREVIOUS_LINE).map(bytes -> new ByteReader(bytes).i64());
    }

    /** Whom the founding vote was given to. */
    Optional<NodeId> vote() {
        return read(VOTE).map(bytes -> new NodeId(new ByteReader(bytes).i64()));
    }

    void keepVote(NodeId founder) {
        write(VOTE, new ByteWriter().i64(founder.value()).toByteArray());
    }

    /** The run that used this storage last, for operators who look for it. */
    public Optional<Long> lastRun() {
        return read(RUN).map(bytes -> new ByteReader(bytes).i64());
    }

    public void keepRun(long run) {
        write(RUN, new ByteWriter().i64(run).toByteArray());
    }

    /** The newest freeze of runs for which this node has reported; empty if it never has. */
    public Optional<Long> reported() {
        return read(REPORTED).map(bytes -> new ByteReader(bytes).i64());
    }

    public void keepReported(long freeze) {
        write(REPORTED, new ByteWriter().i64(freeze).toByteArray());
    }

    private Optional<byte[]> read(byte[] key) {
        try {
            return Optional.ofNullable(storage.get(Space.META, key)).map(stored -> Sealed.open(FORMAT, stored));
        } catch (MalformedBytesException e) {
            throw new StorageException(
                    StorageException.Kind.CORRUPTION,
                    "what this node stored of itself under '" + new String(key, StandardCharsets.US_ASCII)
                            + "' cannot be read: " + e.getMessage()
                            + ". Start the node with an empty data directory; its peers have its data",
                    e);
        }
    }

    private void write(byte[] key, byte[] value) {
        storage.apply(new WriteBatch().put(Space.META, key, Sealed.seal(FORMAT, value)));
    }
}
