package io.whorl.core.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes that take effect together or not at all, in the order in which they were added. Not thread-safe. The arrays that
 * are handed in belong to the batch from then on and must not be changed.
 */
public final class WriteBatch {

    /** One change. */
    public sealed interface Change {}

    /** Stores a value under a key, replacing the one before. */
    public record Put(Space space, byte[] key, byte[] value) implements Change {}

    /** Removes a key if it is there. */
    public record Delete(Space space, byte[] key) implements Change {}

    /** Removes all keys from {@code from} (inclusive) to {@code to} (exclusive). */
    public record DeleteRange(Space space, byte[] from, byte[] to) implements Change {}

    /** What one of those has asked for whose changes were gathered here. */
    public record Part(WriteBatch changes, Lane.Trace trace) {}

    private final ArrayList<Change> changes = new ArrayList<>(4);
    private List<Part> parts = List.of();

    /** Adds a {@link Put}. */
    public WriteBatch put(Space space, byte[] key, byte[] value) {
        changes.add(new Put(space, key, value));
        return this;
    }

    /** Adds a {@link Delete}. */
    public WriteBatch delete(Space space, byte[] key) {
        changes.add(new Delete(space, key));
        return this;
    }

    /** Adds a {@link DeleteRange}. */
    public WriteBatch deleteRange(Space space, byte[] from, byte[] to) {
        changes.add(new DeleteRange(space, from, to));
        return this;
    }

    /** Adds all changes of another batch, which is not to be changed any more. */
    public WriteBatch gather(WriteBatch other, Lane.Trace trace) {
        if (parts.isEmpty()) {
            parts = new ArrayList<>();
        }
        for (int i = 0; i < other.changes.size(); i++) {
            changes.add(other.changes.get(i));
        }
        parts.add(new Part(other, trace));
        return this;
    }

    /** Of whom the changes were gathered, in order; for tracing alone. Empty if they were added one by one. */
    public List<Part> parts() {
        return parts;
    }

    /** The changes, in order; a live view. */
    public List<Change> changes() {
        return changes;
    }

    /** Whether nothing would change. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
