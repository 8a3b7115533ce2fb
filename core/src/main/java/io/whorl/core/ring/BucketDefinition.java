package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import java.util.Objects;

/** A bucket as the cluster has agreed on it. An immutable value. */
public final class BucketDefinition {
    /** How long a bucket's name may be, in characters. */
    public static final int MAX_NAME_LENGTH = Names.MAX_LENGTH;

    private final long number;
    private final String name;
    private final BucketOptions options;
    private final long fingerprint;

    /**
     * Checks the number and the name.
     *
     * @param number the epoch that created it, at least 1; a bucket dropped and created again under its name has another
     * @param name 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a letter, a digit or {@code _}; upper
     *     and lower case differ
     * @param options what was agreed
     * @throws IllegalArgumentException if the number is below 1, or the name is empty, too long or has another character
     */
    public BucketDefinition(long number, String name, BucketOptions options) {
        if (number < 1) {
            throw new IllegalArgumentException("a bucket's number is an epoch, at least 1, not " + number);
        }
        Names.require(name, "bucket name");
        this.number = number;
        this.name = name;
        this.options = Objects.requireNonNull(options, "options");
        // Every message about the bucket's keys names it, so it is worked out once.
        this.fingerprint = fingerprint(number, name, options);
    }

    private static long fingerprint(long number, String name, BucketOptions options) {
        BucketOptions lasting = BucketOptions.builder()
                .conflicts(options.conflicts())
                .durability(options.durability())
                .build();
        return Xxh3.hash64(BucketCodec.encode(number, name, lasting));
    }

    /**
     * The epoch that created it.
     *
     * @return at least 1
     */
    public long number() {
        return number;
    }

    /**
     * What its users call it.
     *
     * @return 1 to 128 characters
     */
    public String name() {
        return name;
    }

    /**
     * What was agreed.
     *
     * @return the newest options
     */
    public BucketOptions options() {
        return options;
    }

    /**
     * A hash over what never changes of a bucket: its number, name, conflicts and durability. Two nodes that send each other equal
     * fingerprints mean the same bucket, though one may not know its newest N, R and W yet.
     *
     * @return 64 bits of XXH3
     */
    public long fingerprint() {
        return fingerprint;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BucketDefinition same
                && number == same.number
                && name.equals(same.name)
                && options.equals(same.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(number, name, options);
    }

    @Override
    public String toString() {
        return "BucketDefinition[number=" + number + ", name=" + name + ", options=" + options + "]";
    }
}
