package io.whorl.internal;

import io.whorl.api.Codec;
import io.whorl.api.CodecException;
import io.whorl.api.KeyTooLargeException;
import io.whorl.api.Outcome;
import io.whorl.api.ValueTooLargeException;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Turns keys and values of one handle into bytes and back, and holds the limits of both. */
record Encoding<K, V>(Codec<K> keys, Codec<V> values, int maxValueSize) {
    /** The longest key, in bytes. */
    static final int MAX_KEY_SIZE = 64 << 10;

    byte[] key(K key) {
        byte[] bytes = encode(keys, Objects.requireNonNull(key, "key"), "key");
        if (bytes.length == 0) {
            throw new IllegalArgumentException("the key has no bytes; a key has 1 to " + MAX_KEY_SIZE);
        }
        if (bytes.length > MAX_KEY_SIZE) {
            throw new KeyTooLargeException(
                    bytes.length,
                    MAX_KEY_SIZE,
                    "the key has " + bytes.length + " bytes; a key has 1 to " + MAX_KEY_SIZE);
        }
        return bytes;
    }

    byte[] value(V value) {
        byte[] bytes = encode(values, Objects.requireNonNull(value, "value"), "value");
        if (bytes.length > maxValueSize) {
            throw new ValueTooLargeException(
                    bytes.length,
                    maxValueSize,
                    "the value has " + bytes.length + " bytes; this node's maxValueSize is " + maxValueSize);
        }
        return bytes;
    }

    /** The values of siblings, in their order. */
    List<V> decode(List<Sibling> siblings) {
        if (siblings.isEmpty()) {
            return List.of();
        }
        List<V> decoded = new ArrayList<>(siblings.size());
        for (Sibling sibling : siblings) {
            decoded.add(decode(sibling.value()));
        }
        return Collections.unmodifiableList(decoded);
    }

    private V decode(byte[] bytes) {
        V value;
        try {
            value = values.decode(bytes);
        } catch (RuntimeException e) {
            throw new CodecException(
                    Outcome.NOT_APPLIED, "the value codec could not decode a value of " + bytes.length + " bytes", e);
        }
        if (value == null) {
            throw new CodecException(
                    Outcome.NOT_APPLIED, "the value codec decoded " + bytes.length + " bytes as null", null);
        }
        return value;
    }

    private static <T> byte[] encode(Codec<T> codec, T value, String what) {
        byte[] bytes;
        try {
            bytes = codec.encode(value);
        } catch (RuntimeException e) {
            throw new CodecException(Outcome.NOT_APPLIED, "the " + what + " codec could not encode the " + what, e);
        }
        if (bytes == null) {
            throw new CodecException(
                    Outcome.NOT_APPLIED, "the " + what + " codec encoded the " + what + " as null", null);
        }
        return bytes;
    }
}
