package io.whorl.core.replica;

import java.util.Arrays;

/** A key's bytes as a value: compared as unsigned bytes, the order of the storage engine. The array must not change. */
public record ByteKey(byte[] bytes) implements Comparable<ByteKey> {

    @Override
    public int compareTo(ByteKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: keys are not for logs. */
    @Override
    public String toString() {
        return "key of " + bytes.length + " bytes";
    }
}
