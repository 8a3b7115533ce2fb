package io.whorl.core.agreement;

import io.whorl.core.message.Acceptance;
import io.whorl.core.message.Ballot;
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

/**
 * What a voter has promised and accepted, on disk. There is one entry, of the epoch that follows the stored cluster state: it goes in
 * the batch that stores a newer one ({@link #forget}).
 *
 * <pre>
 * entry  = varint epoch | ballot of the promise | ballot of the acceptance | bytes its state, empty if there is none
 * ballot = varint round, 0 for none | i64 proposer unless there is none
 * </pre>
 */
public final class AgreementStore {
    private static final byte FORMAT = 1;
    private static final byte[] KEY = "agreement".getBytes(StandardCharsets.US_ASCII);

    private final StorageEngine storage;

    public AgreementStore(StorageEngine storage) {
        this.storage = storage;
    }

    /**
     * The voter as this storage has it.
     *
     * @param self whose storage it is
     * @param known the cluster state that is stored in it
     * @throws StorageException of kind CORRUPTION if the entry cannot be read, or belongs to another state than the stored one: then what
     *     was promised is not known, and this node must not vote any more
     */
    public Voter voter(NodeId self, ClusterState known) {
        byte[] stored = storage.get(Space.META, KEY);
        if (stored == null) {
            return Voter.of(self, known);
        }
        try {
            return Voter.of(self, known).keeping(decode(Sealed.open(FORMAT, stored)));
        } catch (MalformedBytesException | IllegalArgumentException e) {
            throw new StorageException(
                    StorageException.Kind.CORRUPTION,
                    "what this node has promised about the epoch after " + known.epoch() + " cannot be read: "
                            + e.getMessage()
                            + ". Start the node with an empty data directory; its peers have its data",
                    e);
        }
    }

    /** Stores what was promised and accepted; not yet durable. */
    public void keep(Acceptor acceptor) {
        storage.apply(new WriteBatch().put(Space.META, KEY, Sealed.seal(FORMAT, encode(acceptor))));
    }

    /** Adds to the batch that stores a newer state that what was promised about it is not needed any more. */
    public static void forget(WriteBatch batch) {
        batch.delete(Space.META, KEY);
    }

    static byte[] encode(Acceptor acceptor) {
        ByteWriter out = new ByteWriter().varint(acceptor.epoch());
        write(out, acceptor.promised());
        write(out, acceptor.accepted().map(Acceptance::ballot));
        out.bytes(acceptor.accepted().map(accepted -> accepted.state().encode()).orElse(new byte[0]));
        return out.toByteArray();
    }

    static Acceptor decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        long epoch = in.varint(Long.MAX_VALUE, "an epoch");
        Optional<Ballot> promised = readBallot(in);
        Optional<Ballot> acceptedIn = readBallot(in);
        byte[] state = in.bytes();
        in.expectEnd();
        return new Acceptor(
                epoch, promised, acceptedIn.map(ballot -> new Acceptance(ballot, ClusterState.decode(state))));
    }

    private static void write(ByteWriter out, Optional<Ballot> ballot) {
        out.varint(ballot.map(Ballot::round).orElse(0L));
        ballot.ifPresent(present -> out.i64(present.proposer().value()));
    }

    private static Optional<Ballot> readBallot(ByteReader in) {
        long round = in.varint(Ballot.MAX_ROUND, "a round");
        return round == 0 ? Optional.empty() : Optional.of(new Ballot(round, new NodeId(in.i64())));
    }
}
