package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import java.util.SplittableRandom;

/** N, R and W with R+W&gt;N. */
record ModelQuorums(int copies, int read, int write) {
    static ModelQuorums any(SplittableRandom random) {
        if (random.nextBoolean()) {
            return new ModelQuorums(3, 2, 2);
        }
        int copies = random.nextInt(1, 6);
        int read = random.nextInt(1, copies + 1);
        return new ModelQuorums(copies, read, random.nextInt(copies + 1 - read, copies + 1));
    }

    /** W is 1, where a slot that is added could acknowledge alone. */
    static ModelQuorums readingAll(SplittableRandom random) {
        int copies = random.nextInt(2, 6);
        return new ModelQuorums(copies, copies, 1);
    }

    BucketOptions options() {
        return new BucketOptions(copies, read, write, Conflicts.SIBLINGS, Durability.ASYNC, Quorums.STRICT);
    }
}
