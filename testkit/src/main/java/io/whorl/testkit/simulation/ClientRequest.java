package io.whorl.testkit.simulation;

import io.whorl.api.Outcome;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.version.DotSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
    final int quorum;
    final long begunAt;
    final long timeout;
    final List<WriteEvent> events = new ArrayList<>(1);
    boolean ended;
    boolean acknowledged;
    Outcome outcome;

    ClientRequest(
            long number,
            Kind kind,
            SimulatedHost host,
            BucketDefinition bucket,
            byte[] key,
            byte[] value,
            DotSet context,
            int quorum,
            long begunAt,
            long timeout) {
        this.number = number;
        this.kind = kind;
        this.host = host;
        this.process = host == null ? null : host.process();
        this.bucket = bucket;
        this.key = key;
        this.value = value;
        this.context = context;
        this.quorum = quorum;
        this.begunAt = begunAt;
        this.timeout = timeout;
    }

    @Override
    public String toString() {
        return kind + " #" + number + " of key " + new String(key, StandardCharsets.UTF_8) + " in "
                + bucket.name() + " at " + host
                + (kind == Kind.GET ? "" : context == null ? ", without context" : ", seen " + context);
    }
}
