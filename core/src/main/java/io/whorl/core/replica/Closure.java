package io.whorl.core.replica;

import io.whorl.core.ring.Closings;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * What closings mean to a replica: what of frozen and closed runs it takes, and what it reports of them. Values in, values out.
 *
 * <p>Source: cluster.md, "Closing old runs"; docs/decisions/0021.
 */
public final class Closure {
    private Closure() {}

    /** All dots that a record, what fills it and what comes with it name themselves. */
    public static DotSet named(Record record, DotSet bases, DotSet announced) {
        DotSet.Builder named = DotSet.builder();
        addNamed(record.context(), named);
        addNamed(bases, named);
        addNamed(announced, named);
        for (Sibling sibling : record.siblings()) {
            named.add(sibling.dot());
        }
        return named.build();
    }

    private static void addNamed(DotSet dots, DotSet.Builder named) {
        named.join(dots.only(actor -> true));
    }

    /**
     * What somebody names of runs that were frozen after he last reported. He may have lost it since, or be handing on what another has
     * lost: nobody else may take it who has not seen it.
     *
     * @param asOf the newest freeze for which he has reported
     */
    public static DotSet doubtful(DotSet named, Closings closings, long asOf) {
        return asOf >= closings.newest() ? DotSet.empty() : named.only(actor -> closings.number(actor.run()) > asOf);
    }

    /** Whether a replica that has seen so much may take what names these doubtful dots. */
    static boolean takes(DotSet doubtful, DotSet seen, ClosedRuns closed) {
        // Of a run that the seen-set no longer names nobody can tell what was really seen of it.
        boolean tellable = doubtful.only(actor -> closed.isClosed(actor.run(), seen.closed()))
                .isEmpty();
        return tellable && seen.containsAll(doubtful);
    }

    /**
     * What a replica has seen of runs, as a number that is equal on all replicas where that is equal: the dots, the closing that
     * the seen-set is as of, and what remnants name of those runs beyond the seen-set, key by key. Zero for nothing.
     *
     * @param remnants the stripped contexts of records that have one
     */
    static long fingerprint(ReplicaId id, DotSet seen, Map<ByteKey, DotSet> remnants, LongPredicate runs) {
        DotSet dots = seen.only(actor -> runs.test(actor.run()));
        ByteWriter out = new ByteWriter().i64(id.bucket());
        out.i32(id.partition()).varint(seen.closed());
        DotSetCodec.write(out, dots);
        boolean nothing = dots.isEmpty() && seen.closed() == 0;
        for (Map.Entry<ByteKey, DotSet> remnant : remnants.entrySet()) {
            DotSet beyond =
                    remnant.getValue().only(actor -> runs.test(actor.run())).minus(seen);
            if (!beyond.isEmpty()) {
                nothing = false;
                byte[] key = remnant.getKey().bytes();
                out.varint(key.length).raw(key);
                DotSetCodec.write(out, beyond);
            }
        }
        return nothing ? 0 : KeyHash.of(out.toByteArray());
    }
}
