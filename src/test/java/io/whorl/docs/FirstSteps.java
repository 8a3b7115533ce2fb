package io.whorl.docs;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.Versioned;

public final class FirstSteps {
    public static void main(String[] arguments) {
        try (Whorl node = Whorl.builder().clusterName("shop").start()) {
            Bucket<String, String> carts = node.bucket("carts", Codec.utf8(), Codec.utf8());

            carts.put("alice", "book");
            carts.update("alice", cart -> cart.orElse("") + ", pen");
            System.out.println(carts.get("alice").orElseThrow()); // book, pen

            Versioned<String> seen = carts.fetch("alice");
            carts.put("alice", "lamp"); // somebody else is faster
            carts.put("alice", "book, pen, chalk", seen.context()); // replaces only what was seen
            System.out.println(carts.fetch("alice").values()); // [book, pen, chalk, lamp]: both are kept
        }
    }
}
