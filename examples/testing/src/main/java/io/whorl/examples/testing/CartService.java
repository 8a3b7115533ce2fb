package io.whorl.examples.testing;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.ReadOptions;
import io.whorl.api.WriteOptions;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Shopping carts that always take another item: one copy within reach suffices, and carts that grew apart are put together again,
 * as in section 1 of the Dynamo paper.
 */
public final class CartService {
    private final Bucket<String, SortedSet<String>> carts;

    /** A service on this node of a cluster. */
    public CartService(Whorl node) {
        this.carts = node.bucket("carts", Codec.utf8(), itemsCodec())
                .with(ReadOptions.quorum(1))
                .with(WriteOptions.quorum(1))
                .resolvedBy(CartService::union);
    }

    /** Puts an item into somebody's cart. */
    public void add(String customer, String item) {
        carts.update(customer, cart -> {
            SortedSet<String> items = new TreeSet<>(cart.orElseGet(TreeSet::new));
            items.add(item);
            return items;
        });
    }

    /** What is in somebody's cart. */
    public SortedSet<String> items(String customer) {
        return carts.get(customer).orElseGet(TreeSet::new);
    }

    /** Empties the cart of what is known to be in it; an item that somebody adds meanwhile stays. */
    public void checkOut(String customer) {
        carts.delete(customer, carts.fetch(customer).context());
    }

    private static SortedSet<String> union(List<SortedSet<String>> siblings) {
        SortedSet<String> all = new TreeSet<>();
        siblings.forEach(all::addAll);
        return all;
    }

    /** One item a line; a real service would use its favourite format here. */
    private static Codec<SortedSet<String>> itemsCodec() {
        Codec<String> text = Codec.utf8();
        return Codec.of(
                items -> text.encode(String.join("\n", items)),
                bytes -> new TreeSet<>(text.decode(bytes).lines().toList()));
    }
}
