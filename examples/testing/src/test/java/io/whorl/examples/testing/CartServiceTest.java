package io.whorl.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.testkit.TestCluster;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CartServiceTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(3);

    private CartService here;
    private CartService there;

    @BeforeEach
    void start_services() {
        here = new CartService(cluster.node(0));
        there = new CartService(cluster.node(2));
    }

    @Test
    void what_one_node_was_told_another_one_knows() {
        here.add("alice", "book");
        cluster.awaitConvergence();

        assertThat(there.items("alice")).containsExactly("book");
    }

    @Test
    void a_split_loses_no_item() {
        here.add("bob", "book");
        cluster.awaitConvergence();

        cluster.split(Set.of(0, 1), Set.of(2));
        here.add("bob", "lamp");
        there.add("bob", "pen");
        assertThat(here.items("bob")).containsExactly("book", "lamp");
        assertThat(there.items("bob")).containsExactly("book", "pen");

        cluster.heal();
        cluster.awaitConvergence();
        assertThat(here.items("bob")).containsExactly("book", "lamp", "pen");
        assertThat(there.items("bob")).containsExactly("book", "lamp", "pen");
    }

    @Test
    void a_check_out_leaves_what_was_added_meanwhile() {
        here.add("carol", "book");
        cluster.awaitConvergence();

        cluster.split(Set.of(0, 1), Set.of(2));
        there.add("carol", "pen");
        here.checkOut("carol");
        cluster.heal();
        cluster.awaitConvergence();

        assertThat(here.items("carol")).contains("pen");
    }
}
