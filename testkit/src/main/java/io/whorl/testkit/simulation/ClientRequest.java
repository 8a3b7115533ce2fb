package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Slots;
import io.whorl.core.version.DotSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A write or read of a simulated client, and what became of it. */
final class ClientRequest {
    /** What the client asked for. */
    enum Kind {
        PUT,
        DELETE,
        GET
    }

    final long number;
    final Kind kind;
    final SimulatedHost host;
    /** The life of the host's node in which it was begun, and with which it ends. */
    final SimulatedProcess process;

    final BucketDefinition bucket;
    final byte[] key;
    final byte[] value;
    final DotSet context;
    /** Its own quorum, or 0. */
    final int quorum;
    /** Its own word on who counts, if it has one. */
    final Optional<Quorums> quorums;

    final long begunAt;
    /** The newest epoch that its node knew when it began. */
    final long epoch;

    final long timeout;
    final List<WriteEvent> events = new ArrayList<>(1);
    boolean ended;
    boolean acknowledged;
    Outcome outcome;
    /** Of a read: what it must have seen, because it was acknowledged before the read began. */
    List<WriteEvent> owed = List.of();

    ClientRequest(
            long number,
            Kind kind,
            SimulatedHost host,
            BucketDefinition bucket,
            byte[] key,
            byte[] value,
            DotSet context,
            RequestOptions how,
            long begunAt) {
        this.number = number;
        this.kind = kind;
        this.host = host;
        this.process = host == null ? null : host.process();
        this.bucket = bucket;
        this.key = key;
        this.value = value;
        this.context = context;
        this.quorum = how.quorum();
        this.quorums = how.quorums();
        this.timeout = how.timeoutNanos();
        this.begunAt = begunAt;
        this.epoch = host == null || host.node() == null
                ? 0
                : host.node().state().map(ClusterState::epoch).orElse(0L);
    }

    /** How it is done. */
    RequestOptions how() {
        return new RequestOptions(quorum, quorums, timeout);
    }

    /** Whether only holders count. */
    boolean isStrict() {
        return how().isStrict(bucket);
    }

    /** The quorum it asks for, whatever the number of members. */
    int quorumAsked() {
        int usual = kind == Kind.GET
                ? bucket.options().readQuorum()
                : bucket.options().writeQuorum();
        return quorum == 0 ? usual : quorum;
    }

    /** Whether it asks for no less than a bucket's quorum. */
    boolean isRegular(BucketOptions options) {
        return quorum == 0 || quorum >= (kind == Kind.GET ? options.readQuorum() : options.writeQuorum());
    }

    /** How many have to answer or acknowledge it. */
    int required(int members) {
        Slots slots = Slots.of(bucket.options(), members);
        if (quorum != 0) {
            return slots.capped(quorum);
        }
        return kind == Kind.GET ? slots.readQuorum() : slots.writeQuorum();
    }

    @Override
    public String toString() {
        return (isStrict() ? "strict " : "") + kind + " #" + number + " of key "
                + new String(key, StandardCharsets.UTF_8) + " in "
                + bucket.name() + " at " + host
                + (kind == Kind.GET ? "" : context == null ? ", without context" : ", seen " + context);
    }
}
