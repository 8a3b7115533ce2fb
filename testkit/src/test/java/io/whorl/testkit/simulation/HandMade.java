package io.whorl.testkit.simulation;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Role;
import java.util.BitSet;

/** A history of one key, made by hand, to see what the checkers say of it. */
final class HandMade {
    final KeyHistory key = new KeyHistory(new byte[] {'k'});
    private final BucketDefinition bucket;
    private final int hosts;

    HandMade(BucketOptions options, int hosts) {
        this.bucket = new BucketDefinition(1, "b", options);
        this.hosts = hosts;
    }

    WriteEvent put(WriteEvent... seen) {
        return write(new byte[] {1}, RequestOptions.of(0, 1), seen);
    }

    WriteEvent delete(WriteEvent... seen) {
        return write(null, RequestOptions.of(0, 1), seen);
    }

    WriteEvent write(byte[] value, RequestOptions how, WriteEvent... seen) {
        ClientRequest.Kind kind = value == null ? ClientRequest.Kind.DELETE : ClientRequest.Kind.PUT;
        ClientRequest request =
                new ClientRequest(key.events.size() + 1, kind, null, bucket, key.key, value, null, how, 0);
        BitSet bits = new BitSet();
        for (WriteEvent each : seen) {
            bits.set(each.number);
            bits.or(each.seen);
        }
        Dot dot = new Dot(new Actor(1, 0, Role.REPLICA), key.events.size() + 1);
        WriteEvent event = new WriteEvent(key.events.size(), dot, request, bits, hosts);
        key.add(event);
        return event;
    }

    ClientRequest read(RequestOptions how) {
        return new ClientRequest(1_000, ClientRequest.Kind.GET, null, bucket, key.key, null, null, how, 0);
    }

    static DotSet dots(WriteEvent... events) {
        DotSet.Builder dots = DotSet.builder();
        for (WriteEvent each : events) {
            dots.add(each.dot);
        }
        return dots.build();
    }
}
