package io.whorl.core.replica;

import io.whorl.api.Conflicts;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.List;
import java.util.Optional;

/** The writes that a replica coordinates: each makes a dot, and the record that follows from it. */
final class Writes {
    private final BucketDefinition bucket;
    private final Holdings holdings;
    private final OwnDots own;

    Writes(BucketDefinition bucket, Holdings holdings, OwnDots own) {
        this.bucket = bucket;
        this.holdings = holdings;
        this.own = own;
    }

    long bytesAfter(byte[] key, Write write) {
        return bytesAfter(held(key, write), write);
    }

    private long bytesAfter(Record record, Write write) {
        if (write.isDelete()) {
            return 0;
        }
        long bytes = write.value().length;
        if (write.context() == null) {
            return bytes; // it replaces whatever there is
        }
        DotSet superseded = superseded(write, record);
        for (Sibling sibling : record.siblings()) {
            bytes += superseded.contains(sibling.dot()) ? 0 : sibling.value().length;
        }
        return bytes;
    }

    /** What is held of a key: without its values if the write replaces all of them. */
    private Record held(byte[] key, Write write) {
        Record head = holdings.records().head(key);
        return head.isComplete() || replacesAll(write, head)
                ? head
                : holdings.records().get(key);
    }

    private boolean replacesAll(Write write, Record held) {
        DotSet superseded = superseded(write, held);
        for (Sibling sibling : held.siblings()) {
            if (!superseded.contains(sibling.dot())) {
                return false;
            }
        }
        return true;
    }

    Optional<Written> write(byte[] key, Write write, long timestamp, long mostBytes) {
        Record held = held(key, write);
        if (bytesAfter(held, write) > mostBytes) {
            return Optional.empty();
        }
        Record filled = held.fill(holdings.seen());
        Dot dot = own.next();
        DotSet context = superseded(write, filled);
        Record next = write.isDelete()
                ? filled.delete(context, dot)
                : filled.put(context, dot, write.value(), timestamp, write.expiry());
        DotSet seen = holdings.seen();
        DotSet after = seen.add(dot);
        WriteBatch batch = new WriteBatch();
        holdings.log().add(dot, key, batch);
        Record stripped = holdings.store(key, held, next, after, batch);
        holdings.commit(batch, after, List.of(new ByteKey(key)));
        own.made();
        return Optional.of(
                new Written(dot, new Excerpt(stripped, after.bases()), returned(next, context, seen, after, dot)));
    }

    /** What the writer's next context says: what it had read, and its own write. */
    private DotSet returned(Record next, DotSet context, DotSet seen, DotSet after, Dot dot) {
        if (holdings.has(PlantedBug.CONTEXT_OF_THE_UNREAD)) {
            return next.history();
        }
        return context == seen ? after : context.add(dot);
    }

    /** What a write replaces. Dots of this very run that do not exist yet cannot have been seen, whatever a context says. */
    private DotSet superseded(Write write, Record filled) {
        if (write.context() == null) {
            return filled.history();
        }
        DotSet given = holdings.has(PlantedBug.CLOSING_IMPLIED)
                ? holdings.withAllThatIsClosed(write.context())
                : write.context();
        DotSet context = given.minus(own.unmade());
        return bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS ? context.join(filled.history()) : context;
    }
}
