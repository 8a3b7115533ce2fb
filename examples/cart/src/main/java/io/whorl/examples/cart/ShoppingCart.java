package io.whorl.examples.cart;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.Versioned;
import io.whorl.testkit.TestCluster;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Five nodes, split into two and three. Both sides take changes of the same cart, since fallbacks stand in for the holders that a
 * side cannot reach (sloppy quorum, section 4.6 of the paper). After the split both carts are there, as siblings, until somebody
 * who has seen both writes one for both.
 */
public final class ShoppingCart {
    private static final List<String> CATALOGUE = List.of("book", "chalk", "lamp", "pen");

    private final PrintStream out;
    private final TestCluster cluster;

    private ShoppingCart(PrintStream out, TestCluster cluster) {
        this.out = out;
        this.cluster = cluster;
    }

    /**
     * Runs it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        run(System.out);
    }

    /** Runs it, and tells on the stream what happens. */
    static void run(PrintStream out) {
        // Two buildings, so that each side of the split has a copy of every cart.
        try (TestCluster cluster = TestCluster.builder(5)
                .zones("left", "left", "right", "right", "right")
                .start()) {
            ShoppingCart story = new ShoppingCart(out, cluster);
            story.oneValuePerCart();
            story.checkOut();
            story.oneKeyPerItem();
        }
    }

    /** The paper's cart: one value under one key, merged by adding up. */
    private void oneValuePerCart() {
        out.println("1. The whole cart is one value");
        Bucket<String, Cart> left = carts(cluster.node(0));
        Bucket<String, Cart> right = carts(cluster.node(4));
        left.update("alice", cart -> cart.orElse(Cart.EMPTY).with("book").with("lamp"));
        cluster.awaitConvergence();
        say("alice's cart, on every node", right.get("alice").orElseThrow());

        split();
        left.update("alice", cart -> cart.orElse(Cart.EMPTY).with("pen"));
        say("the left side adds a pen", left.get("alice").orElseThrow());
        right.update("alice", cart -> cart.orElse(Cart.EMPTY).without("lamp").with("chalk"));
        say("the right side removes the lamp and adds chalk", right.get("alice").orElseThrow());

        heal();
        Versioned<Cart> both = left.fetch("alice");
        say("siblings: neither side saw the other's write", both.values());
        say("the resolver merges them when they are read", left.get("alice").orElseThrow());
        left.update("alice", cart -> cart.orElseThrow());
        cluster.awaitConvergence();
        say(
                "an update has written the merged cart for both",
                right.fetch("alice").values());
        out.println(
                "   Nothing that was added is lost. But the lamp is back: \"deleted items can resurface\", says the paper");
        out.println(
                "   (section 4.4), because the left side's cart still had it and the resolver cannot know why the other has not.");
    }

    /** A delete that says what it has seen takes away exactly that. */
    private void checkOut() {
        out.println("2. Checking out deletes what was seen, and nothing else");
        Bucket<String, Cart> left = carts(cluster.node(0));
        Bucket<String, Cart> right = carts(cluster.node(4));
        left.update("bob", cart -> cart.orElse(Cart.EMPTY).with("book"));
        cluster.awaitConvergence();

        split();
        right.update("bob", cart -> cart.orElse(Cart.EMPTY).with("pen"));
        say("the right side adds a pen", right.get("bob").orElseThrow());
        Versioned<Cart> paid = left.fetch("bob");
        left.delete("bob", paid.context());
        say("the left side checks out, with the context of", paid.values());

        heal();
        say(
                "the cart with the pen, which nobody has paid, is still there",
                right.fetch("bob").values());
        say("and on the left too", left.fetch("bob").values());
    }

    /** An item per key: what is removed stays removed, because a delete has a dot of its own. */
    private void oneKeyPerItem() {
        out.println("3. Each item is a key of its own");
        Bucket<String, String> left = items(cluster.node(0));
        Bucket<String, String> right = items(cluster.node(4));
        left.put("carol/book", "1");
        left.put("carol/lamp", "1");
        cluster.awaitConvergence();

        split();
        left.put("carol/pen", "1");
        right.delete("carol/lamp", right.fetch("carol/lamp").context());
        right.put("carol/chalk", "1");
        say("the left side adds a pen", cartOf(left, "carol"));
        say("the right side removes the lamp and adds chalk", cartOf(right, "carol"));

        heal();
        say("no siblings, nothing to merge, and the lamp stays away", cartOf(left, "carol"));
        say("the same on the right", cartOf(right, "carol"));
        out.println(
                "   The left side changed other keys, and had seen the lamp's one write, as the delete had: it does not come back,");
        out.println(
                "   however long a node was away. Had the left side put another lamp into the cart, that one would have stayed.");
    }

    private static Bucket<String, Cart> carts(Whorl node) {
        return node.bucket("carts", Codec.utf8(), Cart.codec()).resolvedBy(Cart::merge);
    }

    private static Bucket<String, String> items(Whorl node) {
        return node.bucket("items", Codec.utf8(), Codec.utf8());
    }

    private static SortedSet<String> cartOf(Bucket<String, String> items, String customer) {
        SortedSet<String> cart = new TreeSet<>(CATALOGUE);
        cart.removeIf(item -> items.get(customer + "/" + item).isEmpty());
        return cart;
    }

    private void split() {
        cluster.split(Set.of(0, 1), Set.of(2, 3, 4));
        out.println("   -- the network splits: nodes 0 and 1 on the left, 2, 3 and 4 on the right --");
    }

    /** Hints are handed over and replicas compare what they have seen; then both sides have the same. */
    private void heal() {
        cluster.heal();
        cluster.awaitConvergence();
        out.println("   -- the network heals --");
    }

    private void say(String what, Object cart) {
        out.println("   " + what + ": " + cart);
    }
}
