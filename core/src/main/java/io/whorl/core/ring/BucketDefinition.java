package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import java.util.Objects;

/**
 * A bucket as the cluster has agreed on it.
 *
 * @param number the epoch that created it, at least 1; a bucket dropped and created again under its name has another
 * @param name 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a letter, a digit or {@code _}; upper
 *     and lower case differ
 * @param options what was agreed
 */
public record BucketDefinition(long number, String name, BucketOptions options) {
    /** How long a bucket's name may be, in characters. */
    public static final int MAX_NAME_LENGTH = Names.MAX_LENGTH;

    /**
     * Checks the number and the name.
     *
     * @throws IllegalArgumentException if the number is below 1, or the name is empty, too long or has another character
     */
    public BucketDefinition {
        if (number < 1) {
            throw new IllegalArgumentException("a bucket's number is an epoch, at least 1, not " + number);
        }
        Names.require(name, "bucket name");
        Objects.requireNonNull(options, "options");
    }

    /**
     * A hash over what never changes of a bucket: its number, name, conflicts and durability. Two nodes that send each other equal
     * fingerprints mean the same bucket, though one may not know its newest N, R and W yet.
     *
     * @return 64 bits of XXH3
     */
    public long fingerprint() {
        BucketOptions lasting = BucketOptions.builder()
                .conflicts(options.conflicts())
                .durability(options.durability())
                .build();
        return Xxh3.hash64(BucketCodec.encode(new BucketDefinition(number, name, lasting)));
    }
}
