package io.whorl.benchmarks.micro;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What benchmarks work on; the same in every run. */
final class Samples {
    private static final long SEED = 7;

    private Samples() {}

    static NodeId node(int index) {
        return new NodeId(new SplittableRandom(SEED + index).nextLong() | 1);
    }

    static List<Member> members(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Member.of(node(i), new Address("127.0.0.1", 7_000 + i)));
        }
        return members;
    }

    static Actor actor(int index) {
        return new Actor(new SplittableRandom(SEED - 1 - index).nextLong(), 0, Role.REPLICA);
    }

    /** The dots of so many actors up to a million, and beyond a gap so many single ones of the first. */
    static DotSet seen(int actors, int extras) {
        DotSet.Builder dots = DotSet.builder();
        for (int i = 0; i < actors; i++) {
            dots.addRange(actor(i), 1, 1_000_000);
        }
        for (int i = 0; i < extras; i++) {
            dots.add(new Dot(actor(0), 1_000_002 + 2L * i));
        }
        return dots.build();
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(SEED).nextBytes(bytes);
        return bytes;
    }

    /** A record, filled, with so many concurrent values, each by an actor of its own. */
    static Record record(int siblings, int valueBytes) {
        Record record = Record.empty();
        for (int i = 0; i < siblings; i++) {
            Dot dot = new Dot(actor(i), 1_000_001);
            record = record.join(Record.empty().put(DotSet.empty(), dot, bytes(valueBytes), 1_000 + i, 0));
        }
        return record;
    }
}
