package io.whorl.docs;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.ReadOptions;
import io.whorl.api.Subscription;
import io.whorl.api.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The examples in README.md that are not whole programs. */
final class Snippets {
    private Snippets() {}

    static Whorl memberOfThree() {
        Whorl node = Whorl.builder()
                .clusterName("shop")
                .listen("127.0.0.1", 7701)
                .contactPoints("127.0.0.1:7701", "127.0.0.1:7702", "127.0.0.1:7703")
                .dataDirectory(Path.of("data/n1"))
                .start(); // waits until all three have found each other
        return node;
    }

    static Optional<byte[]> session(Whorl node) {
        node.createBucket(
                "sessions",
                BucketOptions.builder()
                        .replicas(3)
                        .conflicts(Conflicts.LAST_WRITE_WINS)
                        .durability(Durability.FSYNC)
                        .build());
        Bucket<String, byte[]> sessions = node.bucket("sessions", Codec.utf8(), Codec.bytes())
                .with(ReadOptions.quorum(1).timeout(Duration.ofMillis(200)));
        CompletableFuture<Optional<byte[]>> later = sessions.async().get("s-17");
        return later.join();
    }

    static Bucket<String, String> locks(Whorl node) {
        Bucket<String, String> locks = node.bucket("locks", Codec.utf8(), Codec.utf8())
                .with(ReadOptions.defaults().strict())
                .with(WriteOptions.defaults().strict());
        return locks;
    }

    static void watch(Whorl node) {
        Subscription subscription = node.subscribe(event -> System.out.println(event));
        if (!node.status().isHealthy()) {
            System.out.println(node.status()); // members and their liveness, hints, lag, replicas in doubt
        }
        node.metrics().forEach((name, value) -> System.out.println(name + " " + value));
        subscription.close();
    }

    static Whorl fourth() {
        Whorl fourth = Whorl.builder()
                .clusterName("shop")
                .listen("127.0.0.1", 7704)
                .contactPoints("127.0.0.1:7701", "127.0.0.1:7702", "127.0.0.1:7703")
                .dataDirectory(Path.of("data/n4"))
                .start(); // joins, and gets its share of the data while everything goes on
        return fourth;
    }

    static void shrink(Whorl node) {
        System.out.println(node.planLeave()); // what would move, how many bytes, and who would hold how much
        node.leave(); // gives everything away, and closes
    }

    static String merged(Bucket<String, String> carts) {
        Bucket<String, String> merging = carts.resolvedBy(siblings -> String.join(",", siblings));
        String now = merging.update("alice", old -> old.orElse("") + ",pen");
        return now;
    }
}
