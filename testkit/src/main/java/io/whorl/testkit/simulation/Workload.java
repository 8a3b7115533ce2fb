package io.whorl.testkit.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * What simulated clients do. Called on the simulation's one thread; everything random in it must come from the client, else the
 * seed does not decide what happens.
 */
@FunctionalInterface
public interface Workload {

    /** The next operation of a client. */
    Operation next(Client client);

    /** What an operation can be made from. */
    interface Client {
        /** A random number from 0 to {@code bound} - 1, from the seed. */
        int below(int bound);

        /** How many buckets there are. */
        int buckets();

        /** How many keys a bucket has. */
        int keys();

        /** A value that nobody else writes. */
        byte[] uniqueValue();
    }

    /** Puts, deletes and gets, with fresh, stale, empty and no contexts. */
    static Workload mixed() {
        return mixed(45, 20);
    }

    /**
     * Puts, deletes and gets, with fresh, stale, empty and no contexts. The default, with shares that are drawn from the seed.
     *
     * @param puts how many of a hundred operations are puts
     * @param deletes how many of a hundred are deletes; the rest are gets
     */
    static Workload mixed(int puts, int deletes) {
        return client -> {
            int bucket = client.below(client.buckets());
            int key = client.below(client.keys());
            int kind = client.below(100);
            Operation.Context context = context(client.below(100));
            if (kind < puts) {
                return new Operation.Put(bucket, key, client.uniqueValue(), context);
            }
            return kind < puts + deletes ? new Operation.Delete(bucket, key, context) : new Operation.Get(bucket, key);
        };
    }

    private static Operation.Context context(int percent) {
        if (percent < 25) {
            return Operation.Context.NONE;
        }
        if (percent < 35) {
            return Operation.Context.EMPTY;
        }
        return percent < 80 ? Operation.Context.FRESH : Operation.Context.STALE;
    }

    /**
     * Updates by a merge function, and gets: each update reads a key, merges its values with a new one of its own, and writes the
     * result with the context it read.
     *
     * @param merge makes one value of the siblings, of which the last is the client's new value
     */
    static Workload merging(Function<List<byte[]>, byte[]> merge) {
        return client -> {
            int bucket = client.below(client.buckets());
            int key = client.below(client.keys());
            if (client.below(4) == 0) {
                return new Operation.Get(bucket, key);
            }
            byte[] mine = client.uniqueValue();
            return new Operation.Update(bucket, key, values -> {
                List<byte[]> all = new java.util.ArrayList<>(values);
                all.add(mine);
                return merge.apply(all);
            });
        };
    }

    /** A text as a value. */
    static byte[] value(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
