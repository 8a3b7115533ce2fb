package io.whorl.examples.cart;

import io.whorl.api.Codec;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is in a cart. Immutable.
 *
 * @param items the names of the items
 */
record Cart(SortedSet<String> items) {
    static final Cart EMPTY = new Cart(new TreeSet<>());

    Cart {
        items = Collections.unmodifiableSortedSet(new TreeSet<>(items));
    }

    Cart with(String item) {
        TreeSet<String> more = new TreeSet<>(items);
        more.add(item);
        return new Cart(more);
    }

    Cart without(String item) {
        TreeSet<String> fewer = new TreeSet<>(items);
        fewer.remove(item);
        return new Cart(fewer);
    }

    /**
     * The resolver: what is in any of them is in the merged one. As in the paper, an item that was added is never lost; and an item
     * that one side has removed is back, because the other side's cart still has it.
     */
    static Cart merge(List<Cart> siblings) {
        TreeSet<String> all = new TreeSet<>();
        siblings.forEach(cart -> all.addAll(cart.items));
        return new Cart(all);
    }

    /** How a cart becomes bytes: one item a line. An application would use the format that it uses everywhere. */
    static Codec<Cart> codec() {
        Codec<String> text = Codec.utf8();
        return Codec.of(
                cart -> text.encode(String.join("\n", cart.items)),
                bytes -> new Cart(new TreeSet<>(text.decode(bytes).lines().toList())));
    }

    @Override
    public String toString() {
        return items.toString();
    }
}
