package io.whorl.testkit.simulation;

import java.util.List;
import java.util.function.Function;

/** What a simulated client does next. Buckets and keys are named by their numbers, from 0. */
public sealed interface Operation {

    /** Which bucket. */
    int bucket();

    /** Which key. */
    int key();

    /** Reads a key. */
    record Get(int bucket, int key) implements Operation {}

    /** Writes a value with a context. */
    record Put(int bucket, int key, byte[] value, Context context) implements Operation {}

    /** Deletes a key with a context. */
    record Delete(int bucket, int key, Context context) implements Operation {}

    /** Reads a key, and writes what a merge function makes of the values, with the context of that read. */
    record Update(int bucket, int key, Function<List<byte[]>, byte[]> merge) implements Operation {}

    /** Which context a write carries. */
    enum Context {
        /** None: the write replaces all that the coordinating replica holds. */
        NONE,
        /** The empty one: the write replaces nothing. */
        EMPTY,
        /** The one that some client got last for this key. */
        FRESH,
        /** Any one that a client ever got for this key. */
        STALE
    }
}
